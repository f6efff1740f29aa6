import { ContainerImage, FargateService, Network } from 'trellis-components';

// Two zones; tasks have public addresses in place of a NAT gateway, and nothing can connect to those.
const network = new Network('web', { zones: 2, egress: 'public' });

const image = new ContainerImage('web', { build: { context: '.', paths: ['Dockerfile', 'pages'] } });

const web = new FargateService('web', {
  placement: network.placement,
  image: image.reference,
  user: '101',
  healthCheck: { command: ['wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/'] },
  loadBalancer: {
    subnetIds: network.publicSubnetIds,
    internetFacing: true,
    healthCheckPath: '/',
  },
  scaling: { min: 2, max: 4, targetCpuPercent: 60 },
});

export const url = web.url;
