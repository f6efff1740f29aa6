import { DataStore, FargateService, Network } from 'trellis-components';

const network = new Network('shop', { zones: 2, egress: 'public' });
const orders = new DataStore('orders', {
  partitionKey: 'customer',
  maxReadUnits: 100,
  maxWriteUnits: 100,
  deletionProtection: false,
});
const shop = new FargateService('shop', {
  placement: network.placement,
  image: {
    uri: 'public.ecr.aws/docker/library/node@sha256:0c0734eb7051babbb3e95cd74e684f940552b31472152edf0bb23e54ab44a0d7',
  },
  command: ['node', '-e', "require('http').createServer((_, answer) => answer.end('open')).listen(8080)"],
  environment: { TABLE_ORDERS: orders.tableName },
  loadBalancer: { subnetIds: network.publicSubnetIds, internetFacing: true, deletionProtection: false },
  scaling: { min: 2, max: 6, targetCpuPercent: 60 },
});
orders.grantReadWrite('shop', shop.taskRole);

export const url = shop.url;
