import type { PlannedResource } from './planned.ts';

export interface UsageLine {
  readonly what: string;
  readonly usd: number;
  readonly per: string;
}

/** What a type of resource is charged for by use; docs/deploy.md has the source and date of all prices. */
const usage: readonly (UsageLine & { type: string; only?: (inputs: Record<string, unknown>) => boolean })[] =
  [
    { type: 'aws:cloudwatch/logGroup:LogGroup', what: 'logs', usd: 0.5, per: 'GB' },
    {
      type: 'aws:ec2/vpcEndpoint:VpcEndpoint',
      what: 'data through the interface endpoints',
      usd: 0.01,
      per: 'GB',
      only: ({ vpcEndpointType }) => vpcEndpointType === 'Interface',
    },
    { type: 'aws:kms/key:Key', what: 'uses of the customer key', usd: 0.03, per: '10,000 requests' },
    { type: 'aws:ec2/natGateway:NatGateway', what: 'data through NAT gateways', usd: 0.045, per: 'GB' },
    {
      type: 'aws:lb/loadBalancer:LoadBalancer',
      what: 'load balancer units',
      usd: 0.008,
      per: 'hour of one (25 new connections a second, 3,000 open ones or 1 GB an hour)',
    },
  ];

/** Each kind of use that something in the plan is charged for. */
export function usagePrices(resources: readonly PlannedResource[]): UsageLine[] {
  return usage
    .filter(({ type, only }) =>
      resources.some((resource) => resource.type === type && (only?.(resource.inputs) ?? true)),
    )
    .map(({ what, usd, per }) => ({ what, usd, per }));
}
