import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';
import type { Encryption } from './encryption.ts';
import type { Settings } from './settings/index.ts';

/** The API key as an SSM SecureString under AWS's own key, which is free, or the stack's. It is the configured one, or a random one that
 * is created once and kept (encrypted) in the state. */
export function createApiKey(settings: Settings, { keyArn }: Encryption): aws.ssm.Parameter {
  return new aws.ssm.Parameter('api-key', {
    name: `/${pulumi.getProject()}/${pulumi.getStack()}/api-key`,
    description: 'Bearer token of the protected routes',
    type: 'SecureString',
    keyId: keyArn,
    value: pulumi.secret(settings.apiKey ?? generatedKey()),
  });
}

/** 40 letters and digits carry 238 bits. */
function generatedKey(): pulumi.Output<string> {
  return new random.RandomPassword('api-key', { length: 40, special: false }).result;
}
