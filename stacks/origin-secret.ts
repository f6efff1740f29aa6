import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';
import type { Settings } from './settings/index.ts';

/** What the CDN proves itself with to a service that can be reached without it. */
export interface OriginSecret {
  value: pulumi.Output<string>;
  /** Where tasks get it from. */
  parameter: aws.ssm.Parameter;
}

/** None where only the CDN reaches the service. */
export function createOriginSecret(settings: Settings): OriginSecret | undefined {
  if (settings['service.exposure'] === 'internal-load-balancer') return undefined;
  const { result } = new random.RandomPassword('origin-secret', { length: 40, special: false });
  const value = pulumi.secret(result);
  const parameter = new aws.ssm.Parameter('origin-secret', {
    name: `/${pulumi.getProject()}/${pulumi.getStack()}/origin-secret`,
    description: 'What the CDN proves itself with to the service',
    type: 'SecureString',
    value,
  });
  return { value, parameter };
}
