import { FargateService, LoadBalancer, Network } from 'trellis-components';

const network = new Network('web', { zones: 2, egress: 'public' });

// Two services cost one load balancer. With `certificateArn` it serves HTTPS, and port 80 redirects.
const balancer = new LoadBalancer('web', {
  vpcId: network.vpcId,
  subnetIds: network.publicSubnetIds,
  internetFacing: true,
});

// Node's official image, with a server that tells its name; yours would come from a ContainerImage.
const image = {
  uri: 'public.ecr.aws/docker/library/node@sha256:0c0734eb7051babbb3e95cd74e684f940552b31472152edf0bb23e54ab44a0d7',
};
const says = (text: string) => [
  'node',
  '-e',
  `require('http').createServer((_, answer) => answer.end('${text}')).listen(8080)`,
];

// Priorities of the rules follow from their names, so that they stay when another service comes or goes.
const shop = new FargateService('shop', {
  placement: network.placement,
  image,
  command: says('shop'),
  listenerRules: [{ name: 'all', listener: balancer.listener, paths: ['/*'] }],
});
const help = new FargateService('help', {
  placement: network.placement,
  image,
  command: says('help'),
  clusterArn: shop.clusterArn,
  listenerRules: [{ name: 'help', listener: balancer.listener, paths: ['/help', '/help/*'] }],
});

export const urls = { shop: balancer.url, help: help.url };
