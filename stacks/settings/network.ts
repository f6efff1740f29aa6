import { egressModes, isZone, jobEgressModes } from '../../components/network/index.ts';
import { define } from './define.ts';
import { checked, ipv4Range, list, oneOf, whole } from './kinds.ts';

/** The keys about the VPC. */
export const networkDefinitions = {
  'network.egress': define(
    oneOf(egressModes),
    'nat-per-zone',
    'How tasks reach AWS: `public` (each has an address, which is all it costs), `endpoints` (no internet), `nat`, `nat-per-zone`, `ipv6` (no NAT, no endpoints; IPv6 alone)',
  ),
  'jobs.egress': define(
    oneOf(jobEgressModes),
    undefined,
    'With `network.egress` `ipv6`, how jobs reach AWS: `public` (an address while they run; the default), `endpoints` (in one zone, 23 USD a month)',
  ),
  'network.zones': define(whole(2, 4), 3, 'Number of availability zones'),
  'network.zoneNames': define(
    list(checked(isZone, 'a zone such as eu-west-1a')),
    undefined,
    'The zones by name, in place of the region’s first ones; replaces `network.zones`',
  ),
  'network.cidrBlock': define(ipv4Range, '10.0.0.0/16', 'IPv4 range of the VPC, a private /16'),
  'network.flowLogTraffic': define(
    oneOf(['ALL', 'ACCEPT', 'REJECT', 'NONE']),
    'ALL',
    'What the VPC’s flow log records; 0.50 USD per GB',
  ),
};
