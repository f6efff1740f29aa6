import type { Breach } from './breaches.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests write any shape.
type Inputs = Record<string, any>;

const set = (values: Inputs) => (inputs: Inputs) => void Object.assign(inputs, values);

const job = (change: Breach['change']): Breach => ({
  type: 'aws:batch/jobDefinition:JobDefinition',
  name: 'ingest-jobs-ingest',
  change,
});
const container = (change: (container: Inputs) => unknown): Breach =>
  job((inputs) => {
    const properties = JSON.parse(inputs.containerProperties);
    change(properties);
    inputs.containerProperties = JSON.stringify(properties);
  });
const machine = (values: Inputs): Breach => ({
  type: 'aws:sfn/stateMachine:StateMachine',
  name: 'ingest-state-machine',
  change: set(values),
});
const queuePolicy = (change: Breach['change']): Breach => ({
  type: 'aws:sqs/queuePolicy:QueuePolicy',
  name: 'ingest-dead-letters',
  change,
});

/** The stacks have no schedule, so one is added. */
const schedule = (inputs: Inputs): Breach => ({
  type: 'aws:sqs/queue:Queue',
  name: 'ingest-failures',
  change: () => ({
    type: 'aws:scheduler/schedule:Schedule',
    name: 'nightly',
    parent: null,
    inputs: {
      scheduleExpression: 'rate(1 hour)',
      target: { arn: 'arn:aws:scheduler:::aws-sdk:sqs:getQueueAttributes' },
      ...inputs,
    },
  }),
  reported: 'nightly',
});

export const pipelineBreaches: Record<string, Breach> = {
  'StepFunctions.1': machine({ loggingConfiguration: { level: 'OFF' } }),
  CKV_AWS_284: machine({ tracingConfiguration: { enabled: false } }),
  CKV_AWS_210: container((one) => set({ privileged: true })(one)),
  'own-job-user': container((one) => set({ user: undefined })(one)),
  'own-job-secrets': container((one) => one.environment.push({ name: 'API_KEY', value: 'x' })),
  'own-job-digest': container((one) => set({ image: 'app:latest' })(one)),
  'own-job-roles': container((one) => set({ jobRoleArn: one.executionRoleArn })(one)),
  'own-job-address': container((one) => set({ networkConfiguration: { assignPublicIp: 'ENABLED' } })(one)),
  'own-job-limits': job(set({ timeout: undefined })),
  'own-job-revisions': job(set({ deregisterOnNewRevision: undefined })),
  'own-stuck-jobs': {
    type: 'aws:batch/jobQueue:JobQueue',
    name: 'ingest-jobs-queue',
    change: set({ jobStateTimeLimitActions: [] }),
  },
  'own-event-target': {
    type: 'aws:cloudwatch/eventTarget:EventTarget',
    name: 'ingest-created',
    change: set({ deadLetterConfig: undefined }),
  },
  'own-schedule-target': schedule({
    target: { arn: 'arn:aws:states:us-east-1:123456789012:stateMachine:nightly' },
  }),
  'own-schedule-clock': schedule({
    scheduleExpression: 'cron(30 2 * * ? *)',
    scheduleExpressionTimezone: 'Europe/Berlin',
  }),
  'SQS.1': {
    type: 'aws:sqs/queue:Queue',
    name: 'ingest-failures',
    change: set({ sqsManagedSseEnabled: false }),
  },
  'Sol-SQS4': queuePolicy(() => 'remove'),
  'own-private-queue': queuePolicy((inputs) => {
    const document = JSON.parse(inputs.policy);
    document.Statement[1].Condition = undefined;
    inputs.policy = JSON.stringify(document);
  }),
  'Sol-SQS3': {
    type: 'aws:sqs/queue:Queue',
    name: 'ingest-failures',
    change: () => ({ type: 'aws:sqs/queue:Queue', name: 'more', parent: null, inputs: {} }),
    reported: 'more',
  },
};
