import { ContainerImage, DataStore, IngestPipeline, Network } from 'trellis-components';

const network = new Network('files', { zones: 2, egress: 'public' });
const image = new ContainerImage('files', { build: { context: 'job', paths: ['Dockerfile', 'job.py'] } });

// One item a file: what came of it, and which execution has it.
const ledger = new DataStore('ledger', { partitionKey: 'id', maxReadUnits: 100, maxWriteUnits: 100 });

// A file put under incoming/csv/ starts a job; it runs until it has recorded an outcome, at most three times.
const files = new IngestPipeline('files', {
  prefix: 'incoming/',
  kinds: ['csv'],
  ledgerTableName: ledger.tableName,
  ledgerTableArn: ledger.tableArn,
  placement: network.placement,
  image: image.reference,
  environment: { LEDGER: ledger.tableName },
  variables: {
    id: 'FILE_ID',
    kind: 'FILE_KIND',
    key: 'FILE_KEY',
    version: 'FILE_VERSION',
    partial: 'PARTIAL',
    execution: 'EXECUTION',
    bucket: 'BUCKET',
  },
  permissions: [ledger.statement(['UpdateItem'])],
  sizeClasses: [
    { name: 'Small', maxBytes: 100_000_000, vcpu: 0.25, memoryMiB: 512, timeoutSeconds: 900 },
    { name: 'Large', vcpu: 2, memoryMiB: 4096, timeoutSeconds: 7200 },
  ],
  spot: true,
  tracing: true,
});

export const bucket = files.bucketName;
