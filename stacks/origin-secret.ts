import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';
import type { Encryption } from './encryption.ts';
import type { Settings } from './settings/index.ts';

/** The secret by which a service that others can reach too recognizes the CDN. */
export interface OriginSecret {
  value: pulumi.Output<string>;
  /** The SSM parameter from which tasks get it. */
  parameter: aws.ssm.Parameter;
}

/** The secret; undefined where only the CDN can reach the service. */
export function createOriginSecret(settings: Settings, { keyArn }: Encryption): OriginSecret | undefined {
  if (settings['service.exposure'] === 'internal-load-balancer') return undefined;
  const { result } = new random.RandomPassword('origin-secret', { length: 40, special: false });
  const value = pulumi.secret(result);
  const parameter = new aws.ssm.Parameter('origin-secret', {
    name: `/${pulumi.getProject()}/${pulumi.getStack()}/origin-secret`,
    description: 'Secret by which the service recognizes the CDN',
    type: 'SecureString',
    keyId: keyArn,
    value,
  });
  return { value, parameter };
}
