import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';
import { Secret } from '../components/index.ts';
import { tookFrom } from '../components/moved.ts';
import type { Encryption } from './encryption.ts';
import type { Settings } from './settings/index.ts';

/** The API key, under AWS's own key, which is free, or the stack's. It is the configured one, or a random one that is created
 * once and kept (encrypted) in the state. */
export function createApiKey(settings: Settings, encryption: Encryption): Secret {
  return new Secret(
    'api-key',
    {
      parameterName: `/${pulumi.getProject()}/${pulumi.getStack()}/api-key`,
      description: 'Bearer token of the protected routes',
      ...encryption,
      value: settings.apiKey ?? generatedKey(),
    },
    tookFrom(pulumi.rootStackResource),
  );
}

/** 40 letters and digits carry 238 bits. */
function generatedKey(): pulumi.Output<string> {
  return new random.RandomPassword('api-key', { length: 40, special: false }).result;
}
