import { randomBytes } from 'node:crypto';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { createClient, StepFailed } from './client.ts';
import { probeRates, type ScenarioName, scenarioOf } from './scenarios.ts';
import { Tally } from './tally.ts';
import type { Journey } from './user-journeys.ts';
import { Users } from './users.ts';

export interface LoadOptions {
  /** Origin of the target. */
  readonly url: string;
  readonly key: string | undefined;
  readonly scenario: ScenarioName;
  /** Requests a second at a time in seconds since the start; called for every journey. */
  readonly rateAt: (seconds: number) => number;
  /** The highest value of `rateAt`; the number of users depends on it. */
  readonly peakRate: number;
  /** Length of the run; without it, the run lasts until `stop`. */
  readonly seconds?: number;
}

export interface LoadReport {
  readonly total: Tally;
  /** Number of properties that were read back at the end. Every write is read back at once as well. */
  readonly verified: number;
  /** One sentence for each lost write, viewer with too many streams, user that could not be deleted, and so on. */
  readonly problems: readonly string[];
  readonly ratesStatus: number | undefined;
}

export interface Load {
  readonly total: Tally;
  /** Starts a tally that counts from now on, and replaces the last one of this name. */
  begin(name: string): Tally;
  /** Ends the run early: requests under way are finished, writes verified and users deleted. */
  stop(): void;
  readonly done: Promise<LoadReport>;
}

const timeoutSeconds = 10;
const connections = 256;

/**
 * Sends at the given rate even when answers are late (open loop), and counts each answer's latency from the moment at
 * which its request was due. So when a target stalls, all requests that were due meanwhile count as slow, and not only
 * the few that a caller who waits for answers would have sent (coordinated omission). Later requests of a journey are due
 * when the answer before has come.
 */
export function startLoad(options: LoadOptions): Load {
  const total = new Tally();
  const tallies = new Map<string, Tally>([['total', total]]);
  const stopping = new AbortController();
  const begin = (name: string) => {
    const tally = new Tally();
    tallies.set(name, tally);
    return tally;
  };
  const done = run(options, tallies, stopping.signal);
  return { total, begin, stop: () => stopping.abort(), done };
}

async function run(
  options: LoadOptions,
  tallies: ReadonlyMap<string, Tally>,
  stopping: AbortSignal,
): Promise<LoadReport> {
  const { url, key, peakRate } = options;
  const client = createClient({ url, key, connections, timeoutSeconds, tallies: () => tallies.values() });
  const users = new Users(client);
  const problems: string[] = [];
  let verified = 0;
  let ratesStatus: number | undefined;
  try {
    ratesStatus = options.scenario === 'page' ? undefined : await probeRates(client);
    const { journeys } = scenarioOf(options.scenario, ratesStatus ?? 404);
    if (journeys.some(({ needsUser }) => needsUser))
      await users.create(randomBytes(4).toString('hex'), userCount(peakRate));
    for (const tally of tallies.values()) tally.start();
    await generate(options, journeys, { client, users, tallies, stopping, problems });
    tallies.get('total')?.end();
    const verdict = await users.verify();
    verified = verdict.checked;
    problems.push(...verdict.problems);
  } catch (error) {
    problems.push(error instanceof Error ? error.message || error.name : String(error));
  } finally {
    const left = await users.remove();
    if (left.length > 0) problems.push(`not deleted: ${left.join(', ')}`);
    await client.close();
  }
  return { total: tallies.get('total') as Tally, verified, problems, ratesStatus };
}

/** Each journey needs a user of its own. There are as many users as journeys are under way when all answers take a second. */
function userCount(rate: number): number {
  return Math.min(500, Math.max(20, Math.ceil(rate)));
}

interface Run {
  readonly client: ReturnType<typeof createClient>;
  readonly users: Users;
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly stopping: AbortSignal;
  readonly problems: string[];
}

async function generate(options: LoadOptions, journeys: readonly Journey[], run: Run): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const started = performance.now();
  let due = started;
  for (let number = 0; !run.stopping.aborted; number++) {
    const seconds = (due - started) / 1000;
    if (seconds >= (options.seconds ?? Number.POSITIVE_INFINITY)) break;
    const wait = due - performance.now();
    if (wait > 1) await sleep(wait, undefined, { signal: run.stopping }).catch(() => {});
    else await setImmediate();
    const journey = journeys[number % journeys.length] as Journey;
    const journeying = travel(journey, number, due, run);
    underWay.add(journeying);
    void journeying.finally(() => underWay.delete(journeying));
    due += (1000 * journey.requests) / options.rateAt(seconds);
  }
  await Promise.all(underWay);
}

async function travel(journey: Journey, number: number, due: number, run: Run): Promise<void> {
  const { client, users, tallies, problems } = run;
  const user = journey.needsUser ? users.take() : undefined;
  if (journey.needsUser && !user) {
    const kind = 'not sent, since all users wait for answers';
    for (const tally of tallies.values()) tally.failed(journey.name, kind);
    return;
  }
  try {
    await journey.run({ client, due, number, ...(user ? { user } : {}) });
    // After a failure it is unknown what the service holds of the user, so the user is not used again.
    if (user) users.giveBack(user);
  } catch (error) {
    if (!(error instanceof StepFailed)) problems.push(`${journey.name}: ${error}`);
  }
}
