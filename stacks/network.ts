import { Network } from '../components/index.ts';
import type { Settings } from './settings/index.ts';

/** The VPC of the stack. */
export function createNetwork(settings: Settings): Network {
  const zoneNames = settings['network.zoneNames'];
  return new Network('network', {
    egress: settings['network.egress'],
    ...(zoneNames === undefined ? { zones: settings['network.zones'] } : { zoneNames }),
    cidrBlock: settings['network.cidrBlock'],
    flowLogTraffic: settings['network.flowLogTraffic'],
    flowLogRetentionDays: settings['logs.retentionDays'],
  });
}
