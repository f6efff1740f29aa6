/** What the roles of scans may do, and what scans add to the service's; as `action resource`. */
function table(stack: string, name: string, actions: string[]): string[] {
  return actions.map((action) => `dynamodb:${action} table/trellis-${stack}-${name}`);
}

/** Of the service's role, on the tables of scans and launched jobs. */
export function serviceScanTables(stack: string): string[] {
  return [
    'scans',
    'scans/index/newest',
    'scans/index/by_repository',
    'scans/index/unfinished',
    'jobs',
    'jobs/index/unfinished',
  ].flatMap((name) => table(stack, name, ['GetItem', 'PutItem', 'Query']));
}

/** Of the service's role, on scans themselves. */
export const serviceOnScans = [
  'states:StartExecution stateMachine:scans-scan',
  'states:StartExecution stateMachine:scans-launch',
  's3:GetObject scans-files/scans/*/summary.json',
  's3:GetObject scans-files/jobs/*',
  's3:ListBucket scans-files',
];

const scanners = ['secrets', 'duplicates', 'languages', 'sbom'];
const kinds = ['fetch', ...scanners, 'summary'];

const read = (...keys: string[]) => keys.map((key) => `s3:GetObject scans-files/${key}`);
const write = (...keys: string[]) =>
  keys.flatMap((key) => [`s3:AbortMultipartUpload scans-files/${key}`, `s3:PutObject scans-files/${key}`]);
const outputs = (kind: string) =>
  ['scans', 'jobs'].flatMap((prefix) => [`${prefix}/*/${kind}.json`, `${prefix}/*/${kind}.outcome.json`]);

/** By `stack role`: a job reaches its own objects and nothing else; none reaches a table. */
export function scanRoles(stack: string): Record<string, string[]> {
  const rule = 'rule/StepFunctionsGetEventsForBatchJobsRule';
  const deliver = ['CreateLogDelivery', 'DeleteLogDelivery', 'DescribeLogGroups', 'DescribeResourcePolicies'];
  const follow = ['GetLogDelivery', 'ListLogDeliveries', 'PutResourcePolicy', 'UpdateLogDelivery'];
  const trace = ['GetSamplingRules', 'GetSamplingTargets', 'PutTelemetryRecords', 'PutTraceSegments'];
  const submit = [
    'batch:SubmitJob job-queue/scans-jobs-queue',
    'batch:SubmitJob job-queue/scans-jobs-queue-on-demand',
    ...kinds.map((kind) => `batch:SubmitJob job-definition/scans-jobs-${kind}:*`),
    'batch:TerminateJob job/*',
    'batch:DescribeJobs *',
    ...['DescribeRule', 'PutRule', 'PutTargets'].map((action) => `events:${action} ${rule}`),
  ];
  const watched = [
    ...[...deliver, ...follow].map((action) => `logs:${action} *`),
    ...(stack === 'prod' ? trace.map((action) => `xray:${action} *`) : []),
  ];
  const jobs: Record<string, string[]> = {
    fetch: write('scans/*/source.tar', 'jobs/*/source.tar', ...outputs('fetch')),
    ...Object.fromEntries(
      scanners.map((kind) => [kind, [...read('scans/*/source.tar'), ...write(...outputs(kind))]]),
    ),
    summary: [...read(...scanners.map((kind) => `scans/*/${kind}.json`)), ...write(...outputs('summary'))],
  };
  return {
    [`${stack} scans-scan`]: [
      ...table(stack, 'scans', ['GetItem', 'UpdateItem']),
      's3:GetObject scans-files/scans/*.outcome.json',
      'events:PutEvents event-bus/default',
      ...submit,
      ...watched,
    ],
    [`${stack} scans-launch`]: [
      ...table(stack, 'jobs', ['UpdateItem']),
      's3:GetObject scans-files/jobs/*.outcome.json',
      ...submit,
      ...watched,
    ],
    [`${stack} scans-scan-ended-start`]: ['states:StartExecution stateMachine:scans-scan'],
    [`${stack} scans-launch-ended-start`]: ['states:StartExecution stateMachine:scans-launch'],
    [`${stack} scans-jobs-execution`]: [
      'logs:CreateLogStream log-group:scans-jobs-logs:*',
      'logs:PutLogEvents log-group:scans-jobs-logs:*',
      'ecr:GetAuthorizationToken *',
      'ecr:BatchCheckLayerAvailability repository/app-repository',
      'ecr:BatchGetImage repository/app-repository',
      'ecr:GetDownloadUrlForLayer repository/app-repository',
    ],
    ...Object.fromEntries(
      Object.entries(jobs).map(([kind, actions]) => [`${stack} scans-jobs-${kind}`, actions]),
    ),
  };
}
