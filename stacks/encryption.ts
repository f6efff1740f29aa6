import * as pulumi from '@pulumi/pulumi';
import { CustomerKey } from '../components/index.ts';
import type { Settings } from './settings/index.ts';

/** What encrypts the stack's data: the key, where the settings ask for one. */
export interface Encryption {
  keyArn?: pulumi.Output<string>;
}

/**
 * The stack's own key. Without it each service encrypts by a key of AWS's.
 *
 * A stack with a key for the messages of its alarms keeps that key, which now encrypts the rest too. There is no way back by
 * such an alias: the key would lose the policy by which data can be read, and nothing would refuse it.
 */
export function createEncryption(settings: Settings): Encryption {
  if (!settings['encryption.customerKey']) return {};
  const { keyArn } = new CustomerKey('encryption', {
    deletionProtection: settings.deletionProtection,
    formerUrn: pulumi.createUrn(
      'alarms-key',
      'aws:kms/key:Key',
      pulumi.createUrn('alarms', 'trellis:index:AlarmTopic'),
    ),
  });
  return { keyArn };
}
