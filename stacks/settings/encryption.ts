import { define } from './define.ts';
import { flag } from './kinds.ts';

/** The key about encryption. */
export const encryptionDefinitions = {
  'encryption.customerKey': define(
    flag,
    false,
    'Encrypt tables, buckets, logs, queues, alarms’ messages, parameters and a new image repository with one key of your ' +
      'own; 1 USD a month and 0.03 per 10,000 requests. The way back is in docs/deploy.md',
  ),
};
