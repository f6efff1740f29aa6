import * as aws from '@pulumi/aws';
import { defaultInterfaceEndpoints, Network } from '../components/index.ts';
import { type Settings, SettingsError } from './settings/index.ts';

/** The VPC of the stack. */
export function createNetwork(settings: Settings): Network {
  const zoneNames = settings['network.zoneNames'];
  return new Network('network', {
    egress: settings['network.egress'],
    ...(zoneNames === undefined ? { zones: settings['network.zones'] } : { zoneNames }),
    cidrBlock: settings['network.cidrBlock'],
    // The service starts executions of Step Functions: a file's retry, scans and job runs.
    ...(settings['network.egress'] === 'endpoints'
      ? { interfaceEndpoints: [...defaultInterfaceEndpoints, 'states'] }
      : {}),
    flowLogTraffic: settings['network.flowLogTraffic'],
    flowLogRetentionDays: settings['logs.retentionDays'],
  });
}

/**
 * Refuses zones that the region lacks, before any resource is created. Only AWS knows the zones. Impaired zones count, so
 * that a stack can be updated while one of its zones is impaired.
 *
 * @throws SettingsError
 */
export async function checkZones(settings: Settings): Promise<void> {
  const wanted = settings['network.zoneNames'];
  if (wanted === undefined) return;
  const { names } = await aws.getAvailabilityZones();
  const missing = wanted.filter((zone) => !names.includes(zone));
  if (missing.length === 0) return;
  throw new SettingsError(
    `network.zoneNames: the region has no ${missing.join(', ')}; its zones are ${names.join(', ')}`,
  );
}
