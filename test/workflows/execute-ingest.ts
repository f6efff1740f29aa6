import { incomingPrefix, ingestKinds, ingestVariables, sizeClasses } from '../../contract/ingest.ts';
import { createExecutor, type Json } from '../../local/aws/executor.ts';
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
};
export const definition = ingestDefinition(args);

export const announcedKey = 'incoming/prices/a-1/day.csv';
export const directKey = 'incoming/ports/ports.csv';

export function event(key: string, size = 10, etag = 'v1'): Json {
  return { source: 'aws.s3', detail: { bucket: { name: 'b' }, object: { key, size, etag } } };
}

/** All states that executions have come through. */
export const entered = new Set<string>();

/** AWS's error names on errors of our own making. */
export function awsError(name: string): Error {
  return Object.assign(new Error(name), { name });
}
export const conditionFailed = () => awsError('DynamoDB.ConditionalCheckFailedException');

interface Answers {
  get?: (id: string) => Json;
  update?: (parameters: Json) => Json;
  job?: (parameters: Json, attempt: number) => Json;
  queue?: () => Json;
}

/** Executes the definition against given answers, and tells which states it went through and what it asked for. */
export async function execute(input: Json, answers: Answers = {}) {
  const calls: { resource: string; parameters: Json }[] = [];
  let attempts = 0;
  const { get, update, job, queue } = {
    get: () => ({ Item: { key: { S: announcedKey }, state: { S: 'committed' }, version: { S: 'v1' } } }),
    update: () => ({ Attributes: { partial: { BOOL: false }, reason: { S: 'because' } } }),
    job: () => ({}),
    queue: () => ({}),
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
      'arn:aws:states:::dynamodb:getItem': service('getItem', (p) => get(p.Key.id.S)),
      'arn:aws:states:::dynamodb:updateItem': service('updateItem', update),
      'arn:aws:states:::batch:submitJob.sync': service('submitJob', (p) => job(p, ++attempts)),
      'arn:aws:states:::sqs:sendMessage': service('sendMessage', queue),
      'arn:aws:states:::events:putEvents': service('putEvents', () => ({ FailedEntryCount: 0 })),
    },
  });
  const execution = executor.start(input);
  const { status, state, path } = await execution.ended;
  for (const name of path) entered.add(name);
  const of = (resource: string) =>
    calls.filter((call) => call.resource === resource).map((c) => c.parameters);
  return { status, state, arn: execution.arn, of, jobs: of('submitJob'), updates: of('updateItem') };
}

export const environmentOf = (job: Json) =>
  Object.fromEntries(job.ContainerOverrides.Environment.map((e: Json) => [e.Name, e.Value]));
