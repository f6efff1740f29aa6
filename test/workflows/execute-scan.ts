import { expect } from 'chai';
import { jobKinds } from '../../contract/job-kinds.ts';
import { jobVariables, outcomeObject, scanEvent } from '../../contract/scans.ts';
import { createExecutor, type Json } from '../../local/aws/executor.ts';
import { jobRunDefinition } from '../../workflows/job-run.ts';
import { scanDefinition } from '../../workflows/scan.ts';

export const jobs = jobKinds.map((kind) => ({ ...kind, kind: kind.name, definition: `${kind.name}:1` }));
const common = {
  jobQueue: 'queue',
  onDemandQueue: 'on-demand',
  jobs,
  bucket: 'bucket',
  variables: jobVariables,
};
export const scan = scanDefinition({
  ...common,
  scansTable: 'scans',
  concurrency: 3,
  eventBusName: 'bus',
  event: scanEvent,
});
export const launch = jobRunDefinition({ ...common, jobsTable: 'jobs' });

export const scanInput = { scan_id: 's1', repository_url: 'u', ref: 'r', host: 'h', owner: 'o', name: 'n' };
export const summary = {
  reason: '',
  text: 'fine',
  description: 'fine',
  verdict: 'success',
  summary: '{"findings":0}',
};

export function awsError(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}
export const conditionFailed = () => awsError('DynamoDB.ConditionalCheckFailedException');

export interface Answers {
  get?: () => Json;
  update?: (parameters: Json) => void;
  job?: (kind: string, attempt: number) => void;
  outcome?: (kind: string) => Json;
  /** Kinds whose outcome is there before any job runs. */
  known?: readonly string[];
  event?: (attempt: number) => void;
}

export const entered = { scan: new Set<string>(), launch: new Set<string>() };

export async function execute(which: 'scan' | 'launch', input: Json, answers: Answers = {}) {
  const definition = { scan, launch }[which];
  const updates: Json[] = [];
  const submitted: Json[] = [];
  const events: Json[] = [];
  const attempts = new Map<string, number>();
  const outcomes = (kind: string) => ({
    kind,
    status: 'succeeded',
    ...(kind === 'fetch' ? { commit: 'abc' } : kind === 'summary' ? summary : {}),
  });
  const attempt = (key: string) => attempts.set(key, (attempts.get(key) ?? 0) + 1).get(key) as number;
  const executor = createExecutor({
    name: which,
    definition,
    retryPause: 0,
    services: {
      'arn:aws:states:::dynamodb:getItem': async () => answers.get?.() ?? {},
      'arn:aws:states:::dynamodb:updateItem': async (parameters) => {
        updates.push(parameters);
        answers.update?.(parameters);
        return {};
      },
      'arn:aws:states:::batch:submitJob.sync': async (parameters) => {
        submitted.push(parameters);
        const kind = parameters.JobDefinition.split(':')[0];
        answers.job?.(kind, attempt(kind));
        return {};
      },
      'arn:aws:states:::aws-sdk:s3:getObject': async ({ Key }) => {
        const kind = Key.split('/')[2].split('.')[0];
        expect(Key).to.match(new RegExp(`^(scans/s1|jobs/j1)/${outcomeObject(kind)}$`));
        if (
          !submitted.some(({ JobDefinition }) => JobDefinition === `${kind}:1`) &&
          !answers.known?.includes(kind)
        )
          throw awsError('S3.NoSuchKeyException');
        const outcome = answers.outcome?.(kind);
        return { Body: JSON.stringify(outcome === undefined ? outcomes(kind) : outcome) };
      },
      'arn:aws:states:::events:putEvents': async ({ Entries }) => {
        answers.event?.(attempt('event'));
        events.push(...Entries);
        return {};
      },
    },
  });
  const execution = executor.start(input, which === 'scan' ? 's1' : 'j1');
  const { status, path, state } = await execution.ended;
  for (const name of path) entered[which].add(name);
  const saved = updates
    .filter((update) => update.ExpressionAttributeValues[':announcement'] !== undefined)
    .at(-1);
  const values = saved?.ExpressionAttributeValues;
  return {
    status,
    state,
    arn: execution.arn,
    updates,
    submitted,
    events,
    saved: values && {
      status: values[':status'].S,
      reason: values[':reason'].S,
      commit: values[':commit'].S,
    },
  };
}

export const argumentsOf = (job: Json) =>
  JSON.parse(
    job.ContainerOverrides.Environment.find(({ Name }: Json) => Name === jobVariables.arguments).Value,
  );
export const taskFailed = (reason: string) =>
  awsError('States.TaskFailed', JSON.stringify({ StatusReason: reason }));
export const fail = (which: string, error: () => Error) => ({
  job: (kind: string) => {
    if (kind === which) throw error();
  },
});
