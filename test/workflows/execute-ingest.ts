import {
  incomingPrefix,
  ingestKinds,
  ingestVariables,
  retractionSource,
  sizeClasses,
  sweepDelaySeconds,
  sweptKinds,
} from '../../contract/ingest.ts';
import { createExecutor, type Execution, type Json } from '../../local/aws/executor.ts';
import { type IngestDefinitionArgs, ingestDefinition } from '../../workflows/ingest.ts';

export const args: IngestDefinitionArgs = {
  ledgerTable: 'ledger',
  jobQueue: 'queue',
  jobDefinition: 'job:1',
  failureQueueUrl: 'https://sqs.example/failures',
  eventBusName: 'default',
  prefix: incomingPrefix,
  kinds: ingestKinds,
  sizeClasses,
  variables: ingestVariables,
  sweep: { kinds: sweptKinds, delaySeconds: sweepDelaySeconds },
};
export const definition = ingestDefinition(args);
const ownDefinition = definition;

export const announcedKey = 'incoming/prices/a-1/day.csv';
export const directKey = 'incoming/ports/ports.csv';

export function event(key: string, size = 10, etag = 'v1'): Json {
  return { source: 'aws.s3', detail: { bucket: { name: 'b' }, object: { key, size, etag } } };
}

/** A caller's request for the retraction of the announced file. */
export const retraction: Json = {
  source: retractionSource,
  detail: {
    ingest_id: 'a-1',
    requested_at: '2026-01-02T03:04:05.678Z',
    bucket: { name: 'b' },
    object: { key: announcedKey, size: 10, etag: 'v1' },
  },
};

/** The ledger's record of the announced file, as an execution finds it that has claimed it. */
export const recordOf = (state: string, more: object = {}): Json => ({
  id: { S: 'a-1' },
  key: { S: announcedKey },
  kind: { S: 'prices' },
  version: { S: 'v1' },
  state: { S: state },
  retries: { N: '0' },
  ...more,
});

/** All states that executions have come through. */
export const entered = new Set<string>();

/** AWS's error names on errors of our own making. */
export function awsError(name: string): Error {
  return Object.assign(new Error(name), { name });
}
export const conditionFailed = () => awsError('DynamoDB.ConditionalCheckFailedException');

/** What every update returns of the record, unless a test says otherwise. */
export const updated: Json = {
  ...recordOf('running'),
  partial: { BOOL: false },
  reason: { S: 'because' },
};

interface Answers {
  /** @param claimed the attribute of a record that the execution has claimed */
  get?: (id: string, claimed: Json) => Json;
  update?: (parameters: Json) => Json;
  job?: (parameters: Json, attempt: number) => Json;
  queue?: () => Json;
  publish?: () => Json;
}

/** Executes the definition against given answers, and tells which states it went through and what it asked for. */
export async function execute(input: Json, answers: Answers = {}, definition = ownDefinition) {
  const calls: { resource: string; parameters: Json }[] = [];
  let attempts = 0;
  const { get, update, job, queue, publish } = {
    get: (_: string, claimed: Json) => ({ Item: recordOf('committed', claimed) }),
    update: () => ({ Attributes: updated }),
    job: () => ({}),
    queue: () => ({}),
    publish: () => ({ FailedEntryCount: 0 }),
    ...answers,
  };
  const service =
    (resource: string, answer: (parameters: Json) => Json) =>
    async (parameters: Json): Promise<Json> => {
      calls.push({ resource, parameters });
      return answer(parameters);
    };
  const executor = createExecutor({
    name: 'ingest',
    definition,
    retryPause: 0,
    services: {
      'arn:aws:states:::dynamodb:getItem': service('getItem', (p) => get(p.Key.id.S, claimed())),
      'arn:aws:states:::dynamodb:updateItem': service('updateItem', update),
      'arn:aws:states:::batch:submitJob.sync': service('submitJob', (p) => job(p, ++attempts)),
      'arn:aws:states:::sqs:sendMessage': service('sendMessage', queue),
      'arn:aws:states:::events:putEvents': service('putEvents', publish),
    },
  });
  const execution: Execution = executor.start(input);
  const claimed = () => ({ execution: { S: execution.arn } });
  const { status, state, path } = await execution.ended;
  for (const name of path) entered.add(name);
  const of = (resource: string) =>
    calls.filter((call) => call.resource === resource).map((c) => c.parameters);
  const events = of('putEvents').map(({ Entries: [{ DetailType, Detail }] }) => ({ ...Detail, DetailType }));
  return {
    status,
    state,
    path,
    arn: execution.arn,
    of,
    events,
    jobs: of('submitJob'),
    updates: of('updateItem'),
  };
}

export const environmentOf = (job: Json) =>
  Object.fromEntries(job.ContainerOverrides.Environment.map((e: Json) => [e.Name, e.Value]));
