/** A rule that a resource breaks, and the reason why it may. */
export interface Waiver {
  /** First id of the rule. */
  rule: string;
  /** Name of the resource that breaks it, or a pattern of names. */
  resource: string | RegExp;
  reason: string;
}

/** All waivers. The tests fail on one that waives nothing. */
export const waivers: Waiver[] = [
  {
    rule: 'Sol-SQS3',
    resource: 'ingest-failures',
    reason:
      'It is the dead-letter queue of the state machine: its messages wait for an operator, and no program reads them.',
  },
  {
    rule: 'Sol-SQS3',
    resource: /^(ingest|scans)-jobs-blocked$/,
    reason:
      'No program reads it: its length is the metric of an alarm, and its messages expire within the hour.',
  },
  {
    rule: 'own-event-target',
    resource: /^(ingest|scans)-jobs-blocked$/,
    reason:
      'The event only turns an alarm on. If it were lost, the job would still be cancelled, its file or scan would ' +
      'fail, and the alarm on failed files or scans would be on.',
  },
  {
    rule: 'S3.9',
    resource: 'ingest-files',
    reason:
      'The ledger says how each file was created and how it ended. Other access is by the job’s role, and by URLs that ' +
      'the service signs and logs.',
  },
  {
    rule: 'S3.9',
    resource: 'scans-files',
    reason:
      'Its readers are the jobs, whose executions Step Functions records, and the service, which logs its requests.',
  },
  {
    rule: 'ELB.1',
    resource: 'api-http',
    reason:
      'Without a domain there is no certificate, and an internal load balancer can be reached from within the VPC ' +
      'only. service.certificateArn adds HTTPS and the redirect.',
  },
  { rule: 'CKV_AWS_103', resource: 'api-http', reason: 'As ELB.1: without a certificate there is no TLS.' },
  {
    rule: 'ELB.16',
    resource: /^api-(lb|l6)$/,
    reason: 'The load balancer is internal; the web ACL is on the CDN, which faces the internet.',
  },
  {
    rule: 'S3.9',
    resource: 'access-logs',
    reason: 'It is the bucket of the access logs; a log of its own access would grow without end.',
  },
  {
    rule: 'S3.9',
    resource: /^(site-bucket|media)$/,
    reason: 'Viewers read them through the CDN only, which logs every request, free of charge.',
  },
  {
    rule: 'own-job-address',
    resource: 'scans-jobs-fetch',
    reason:
      'Repositories are on the internet, which this network cannot reach otherwise. The job has the address while it ' +
      'runs, nothing may connect to it, and the jobs that read what it fetched have none.',
  },
  {
    rule: 'own-job-address',
    resource: /^(ingest-jobs-ingest|scans-jobs-(?!fetch)\w+)$/,
    reason:
      'network.egress ipv6 has no other way out for jobs, which AWS documents with IPv4 addresses alone. They have the ' +
      'address while they run, and nothing may connect to it. jobs.egress endpoints gives them none, for 23 USD a month.',
  },
  {
    rule: 'own-throughput-cap',
    resource: /-table$/,
    reason:
      'In production a cap turns a busy day into an outage; the account’s own quota of 40,000 units a second and ' +
      'table is the limit. Development has caps.',
  },
];
