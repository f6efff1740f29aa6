/** A rule that a stack does not follow, and why it need not. */
export interface Waiver {
  /** First id of the rule. */
  rule: string;
  /** Name of the resource that breaks it, or a pattern of names. */
  resource: string | RegExp;
  reason: string;
}

/** All waivers there are; one that waives nothing fails the tests. */
export const waivers: Waiver[] = [
  {
    rule: 'Sol-SQS3',
    resource: 'ingest-failures',
    reason:
      'It is a dead-letter queue, of the state machine: what is in it waits for people and is read by none else.',
  },
  {
    rule: 'Sol-SQS3',
    resource: 'ingest-jobs-blocked',
    reason: 'Nobody reads it: its length is an alarm’s metric, and its messages expire within the hour.',
  },
  {
    rule: 'own-event-target',
    resource: 'ingest-jobs-blocked',
    reason:
      'The event is an alarm’s only. Were it lost, the job would still be cancelled, its file fail, and the alarm on ' +
      'failed files be on.',
  },
  {
    rule: 'S3.9',
    resource: 'ingest-files',
    reason:
      'The ledger says who announced which file and what came of it; the other readers are the job’s role and URLs ' +
      'that the service signs, which its own log has.',
  },
  {
    rule: 'S3.9',
    resource: 'scans-files',
    reason:
      'Its readers are the roles of the jobs, whose executions say who ran when, and the service, whose own log has ' +
      'its requests.',
  },
  {
    rule: 'ELB.1',
    resource: 'api-http',
    reason:
      'Without a domain of its own there is no certificate, and an internal load balancer is reached from within the ' +
      'VPC alone. service.certificateArn brings HTTPS and the redirect.',
  },
  { rule: 'CKV_AWS_103', resource: 'api-http', reason: 'As ELB.1: no certificate, no TLS.' },
  {
    rule: 'ELB.16',
    resource: 'api-lb',
    reason: 'The load balancer is internal; a web ACL belongs to the CDN, where the internet arrives.',
  },
  {
    rule: 'S3.9',
    resource: 'access-logs',
    reason: 'It is the bucket of the access logs; to log who reads the logs would grow without end.',
  },
  {
    rule: 'S3.9',
    resource: /^(site-bucket|media)$/,
    reason: 'Only the CDN reads them for others, and it logs every request itself, free of charge.',
  },
  {
    rule: 'own-job-address',
    resource: 'scans-jobs-fetch',
    reason:
      'Repositories are on the internet, to which this network has no other way. It has the address while it runs, ' +
      'nothing may connect to it, and the jobs that read what it fetched have none.',
  },
  {
    rule: 'own-throughput-cap',
    resource: /-table$/,
    reason:
      'In production a cap turns a busy day into an outage; the account’s own quota of 40,000 units a second and ' +
      'table is the limit. Development has caps.',
  },
];
