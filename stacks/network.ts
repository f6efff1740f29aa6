import * as aws from '@pulumi/aws';
import { defaultInterfaceEndpoints, isZone, Network } from '../components/index.ts';
import type { Encryption } from './encryption.ts';
import { type Settings, SettingsError } from './settings/index.ts';

/** The VPC of the stack. Its zones always go by their names, so that a zone keeps its subnets whichever of the two settings
 * names it. */
export function createNetwork(settings: Settings, zoneNames: string[], encryption: Encryption): Network {
  return new Network('network', {
    egress: settings['network.egress'],
    jobEgress: settings['jobs.egress'],
    zoneNames,
    cidrBlock: settings['network.cidrBlock'],
    // The service starts executions of Step Functions: a file's retry, scans and job runs.
    ...(settings['network.egress'] === 'endpoints'
      ? { interfaceEndpoints: [...defaultInterfaceEndpoints, 'states'] }
      : {}),
    flowLogTraffic: settings['network.flowLogTraffic'],
    flowLogRetentionDays: settings['logs.retentionDays'],
    ...encryption,
  });
}

/**
 * The zones that the settings ask for. Refuses those that the region lacks, before any resource is created. Only AWS knows
 * the zones. Impaired zones count, so that a stack can be updated while one of its zones is impaired.
 *
 * @throws SettingsError
 */
export async function chooseZones(settings: Settings): Promise<string[]> {
  const names = (await aws.getAvailabilityZones()).names.filter(isZone);
  const has = `its zones are ${names.join(', ')}`;
  const wanted = settings['network.zoneNames'];
  if (wanted === undefined) {
    const count = settings['network.zones'];
    if (names.length >= count) return names.slice(0, count);
    throw new SettingsError(`network.zones: the region has no ${count} zones; ${has}`);
  }
  const missing = wanted.filter((zone) => !names.includes(zone));
  if (missing.length === 0) return wanted;
  throw new SettingsError(`network.zoneNames: the region has no ${missing.join(', ')}; ${has}`);
}
