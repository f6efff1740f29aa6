import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';
import { Secret } from '../components/index.ts';
import { tookFrom } from '../components/moved.ts';
import type { Encryption } from './encryption.ts';
import type { Settings } from './settings/index.ts';

/** The secret by which a service that others can reach too recognizes the CDN. */
export interface OriginSecret {
  value: pulumi.Output<string>;
  /** Where tasks get it from. */
  secret: Secret;
}

/** The secret; undefined where only the CDN can reach the service. */
export function createOriginSecret(settings: Settings, encryption: Encryption): OriginSecret | undefined {
  if (settings['service.exposure'] === 'internal-load-balancer') return undefined;
  const { result } = new random.RandomPassword('origin-secret', { length: 40, special: false });
  const value = pulumi.secret(result);
  const secret = new Secret(
    'origin-secret',
    {
      parameterName: `/${pulumi.getProject()}/${pulumi.getStack()}/origin-secret`,
      description: 'Secret by which the service recognizes the CDN',
      ...encryption,
      value,
    },
    tookFrom(pulumi.rootStackResource),
  );
  return { value, secret };
}
