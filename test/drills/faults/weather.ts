import { bucketAnswers, databaseAnswers, workflowAnswers } from '../../support/aws-errors.ts';
import type { Call, Fault } from '../../support/fault-proxy.ts';
import type { FaultyApp } from '../../support/fault-world.ts';

type Choose = (call: Call) => Fault;

/** What a network does. The slow ones, of which each costs an attempt's whole time, are rarer. */
const network: readonly Choose[] = [
  ...(['refused', 'lost', 'cut', 'twice', 'late'] as const).flatMap((fault) => [() => fault, () => fault]),
  ...(['stalled', 'hung', 'frozen'] as const).map((fault) => () => fault),
];
const database: readonly Choose[] = [
  ...network,
  databaseAnswers.throttled,
  databaseAnswers.noCapacity,
  databaseAnswers.internal,
  databaseAnswers.unavailable,
  databaseAnswers.unprocessed,
  databaseAnswers.cancelled('ThrottlingError'),
  databaseAnswers.cancelled('TransactionConflict'),
];
const bucket: readonly Choose[] = [
  ...network,
  bucketAnswers.slowDown,
  bucketAnswers.internal,
  bucketAnswers.notDeleted,
];
const workflows: readonly Choose[] = [
  ...network,
  workflowAnswers.throttled,
  workflowAnswers.limit,
  workflowAnswers.internal,
];

/** Lets a share of the calls meet a fault, drawn anew for each. @returns how many there were */
export function badWeather(app: FaultyApp, random: () => number, share: number): () => number {
  let faults = 0;
  const sometimes =
    (all: readonly Choose[]): Choose =>
    (call) => {
      if (random() >= share) return undefined;
      faults++;
      return (all[Math.floor(random() * all.length)] as Choose)(call);
    };
  app.database.inject(sometimes(database));
  app.bucket.inject(sometimes(bucket));
  app.workflows.inject(sometimes(workflows));
  return () => faults;
}

export function goodWeather(app: FaultyApp): void {
  for (const proxy of [app.database, app.bucket, app.workflows]) proxy.inject(() => undefined);
}
