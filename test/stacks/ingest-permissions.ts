/** What the pipeline's roles may do, and what it adds to the service's; as `action resource`. */
function table(stack: string, name: string, actions: string[]): string[] {
  return actions.map((action) => `dynamodb:${action} table/trellis-${stack}-${name}`);
}

/** Of the service's role, on the tables of the pipeline. A query reaches the ledger's indexes by name. */
export function serviceTables(stack: string): string[] {
  const ledger = ['GetItem', 'PutItem', 'Query', 'UpdateItem'];
  return [
    ...['ingests', 'ingests/index/newest', 'ingests/index/by_state'].flatMap((name) =>
      table(stack, name, ledger),
    ),
    ...table(stack, 'rates', ['BatchGetItem', 'GetItem', 'Query']),
  ];
}

/** Of the service's role, on the pipeline itself. */
export const serviceOnPipeline = [
  's3:PutObject ingest-files/incoming/*',
  's3:GetObject ingest-files/incoming/*',
  's3:GetObject ingest-files/rejects/*',
  's3:ListBucket ingest-files',
  'states:StartExecution stateMachine:ingest-state-machine',
];

/** By `stack role`. */
export function pipelineRoles(stack: string): Record<string, string[]> {
  const rule = 'rule/StepFunctionsGetEventsForBatchJobsRule';
  const deliver = ['CreateLogDelivery', 'DeleteLogDelivery', 'DescribeLogGroups', 'DescribeResourcePolicies'];
  const follow = ['GetLogDelivery', 'ListLogDeliveries', 'PutResourcePolicy', 'UpdateLogDelivery'];
  const trace = ['GetSamplingRules', 'GetSamplingTargets', 'PutTelemetryRecords', 'PutTraceSegments'];
  return {
    [`${stack} ingest-start`]: ['states:StartExecution stateMachine:ingest-state-machine'],
    [`${stack} ingest-state-machine`]: [
      ...table(stack, 'ingests', ['GetItem', 'UpdateItem']),
      'batch:SubmitJob job-queue/ingest-jobs-queue',
      ...(stack === 'dev' ? ['batch:SubmitJob job-queue/ingest-jobs-queue-on-demand'] : []),
      'batch:SubmitJob job-definition/ingest-jobs-ingest:*',
      'batch:TerminateJob job/*',
      'batch:DescribeJobs *',
      ...['DescribeRule', 'PutRule', 'PutTargets'].map((action) => `events:${action} ${rule}`),
      'sqs:SendMessage ingest-failures',
      'events:PutEvents event-bus/default',
      ...[...deliver, ...follow].map((action) => `logs:${action} *`),
      ...(stack === 'prod' ? trace.map((action) => `xray:${action} *`) : []),
    ],
    [`${stack} ingest-jobs-execution`]: [
      'logs:CreateLogStream log-group:ingest-jobs-logs:*',
      'logs:PutLogEvents log-group:ingest-jobs-logs:*',
      'ecr:GetAuthorizationToken *',
      'ecr:BatchCheckLayerAvailability repository/app-repository',
      'ecr:BatchGetImage repository/app-repository',
      'ecr:GetDownloadUrlForLayer repository/app-repository',
    ],
    [`${stack} ingest-jobs-ingest`]: [
      's3:GetObject ingest-files/incoming/*',
      's3:GetObject ingest-files/rollups/*',
      's3:ListBucket ingest-files',
      's3:PutObject ingest-files/rejects/*',
      's3:PutObject ingest-files/rollups/*',
      's3:DeleteObject ingest-files/rollups/*',
      ...table(stack, 'ingests', ['GetItem', 'UpdateItem']),
      ...table(stack, 'rates', [
        ...['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem'],
        ...['Query', 'Scan', 'UpdateItem'],
      ]),
    ],
  };
}
