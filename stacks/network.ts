import { defaultInterfaceEndpoints, Network } from '../components/index.ts';
import type { Settings } from './settings/index.ts';

/** The VPC of the stack. */
export function createNetwork(settings: Settings): Network {
  const zoneNames = settings['network.zoneNames'];
  return new Network('network', {
    egress: settings['network.egress'],
    ...(zoneNames === undefined ? { zones: settings['network.zones'] } : { zoneNames }),
    cidrBlock: settings['network.cidrBlock'],
    // The service starts executions: of a file's retry, and of scans.
    ...(settings['network.egress'] === 'endpoints'
      ? { interfaceEndpoints: [...defaultInterfaceEndpoints, 'states'] }
      : {}),
    flowLogTraffic: settings['network.flowLogTraffic'],
    flowLogRetentionDays: settings['logs.retentionDays'],
  });
}
