import { ContainerImage, DataStore, FargateService, Network } from '../../components/index.ts';

const network = new Network('shop', { zones: 2, egress: 'public' });
const orders = new DataStore('orders', { partitionKey: 'customer', sortKey: 'order' });
const image = new ContainerImage('shop', { build: { context: '.', paths: ['package.json', 'src'] } });
const shop = new FargateService('shop', {
  placement: network.placement,
  image: image.reference,
  environment: { TABLE_ORDERS: orders.tableName },
  loadBalancer: { subnetIds: network.publicSubnetIds, internetFacing: true },
  scaling: { min: 2, max: 6, targetCpuPercent: 60 },
});
orders.grantReadWrite('shop', shop.taskRole);

export const url = shop.url;
