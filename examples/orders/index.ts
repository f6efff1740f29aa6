import { ContainerImage, DataStore, Network, Queue, QueueWorker } from 'trellis-components';

const network = new Network('orders', { zones: 2, egress: 'public' });
const image = new ContainerImage('orders', {
  build: { context: 'worker', paths: ['Dockerfile', 'worker.ts'] },
});

const table = new DataStore('charges', { partitionKey: 'order', maxReadUnits: 100, maxWriteUnits: 100 });
const queue = new Queue('orders', { visibilityTimeoutSeconds: 30, maxReceives: 5 });

// No task runs while there is no order; each is charged within ten minutes, whether one comes or a hundred thousand.
const worker = new QueueWorker('charge', {
  queue: queue.reference,
  acceptableLatencySeconds: 600,
  secondsPerMessage: 0.01,
  placement: network.placement,
  image: image.reference,
  environment: { CHARGES: table.tableName },
});
table.grant('charge', worker.taskRole, ['UpdateItem']);

export const queueUrl = queue.queueUrl;
