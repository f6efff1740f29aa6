import { parseReference } from '../../components/container-image/index.ts';
import { defaultRetentionDays, retentionDays } from '../../components/validation.ts';
import { dataDefinitions } from './data.ts';
import { type Definition, define } from './define.ts';
import { encryptionDefinitions } from './encryption.ts';
import { ingestDefinitions } from './ingest.ts';
import { checked, flag, oneOfNumbers, text } from './kinds.ts';
import { monitoringDefinitions } from './monitoring.ts';
import { networkDefinitions } from './network.ts';
import { releaseDefinitions } from './release.ts';
import { scalingDefinitions } from './scaling.ts';
import { scansDefinitions } from './scans.ts';
import { serviceDefinitions } from './service.ts';
import { siteDefinitions } from './site.ts';

/** Every key of a stack's configuration, without the project's name as prefix. */
export const definitions = {
  ...networkDefinitions,
  ...serviceDefinitions,
  ...siteDefinitions,
  ...releaseDefinitions,
  ...scalingDefinitions,
  ...dataDefinitions,
  ...ingestDefinitions,
  ...scansDefinitions,
  'image.digest': define(
    checked((value) => parseReference(value) !== undefined, 'sha256:… or repository@sha256:…'),
    undefined,
    'Image to run in place of building one',
  ),
  'logs.retentionDays': define(oneOfNumbers(retentionDays), defaultRetentionDays, 'Days that logs are kept'),
  ...monitoringDefinitions,
  ...encryptionDefinitions,
  'roles.boundary': define(
    text(/^arn:[a-z-]+:iam::\d{12}:policy\/[\w+=,.@/-]+$/, 'the ARN of an IAM policy'),
    undefined,
    'Permissions boundary of every role, which then has the path `/<project>/<stack>/`; CI’s deploy role requires both',
  ),
  deletionProtection: define(
    flag,
    true,
    'Tables and load balancer refuse deletion, buckets and image repository must be empty',
  ),
  apiKey: define(
    text(/^[\x21-\x7e]{16,200}$/, '16 to 200 visible ASCII characters'),
    undefined,
    'Key of the API’s protected routes (set it with `--secret`); without it a random one is created',
    true,
  ),
};

export type SettingKey = keyof typeof definitions;

type ValueOf<D> = D extends Definition<infer T, infer F> ? (undefined extends F ? T | undefined : T) : never;

/** The settings of a stack, by key. */
export type Settings = { readonly [K in SettingKey]: ValueOf<(typeof definitions)[K]> };
