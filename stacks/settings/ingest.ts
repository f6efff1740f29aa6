import { defaultBacklogMinutes } from '../../components/ingest-pipeline/index.ts';
import { patterns } from '../../components/validation.ts';
import { ingestAttempts } from '../../contract/ingest.ts';
import { define } from './define.ts';
import { flag, objects, text, whole } from './kinds.ts';

/** Files of up to a size, and the job for them; see `IngestSizeClassArgs`. */
interface SizeClass {
  name: string;
  maxBytes?: number;
  vcpu: number;
  memoryMiB: number;
  timeoutSeconds: number;
}

/** The keys about the pipeline of uploaded files. */
export const ingestDefinitions = {
  'ingest.maxVcpus': define(
    whole(1, 10000),
    8,
    'Most vCPUs that ingest files at once; further files wait. Bounds the bill and the load on the tables. A new account ' +
      'has 6 vCPUs of Fargate in a region, for the service and its releases too',
  ),
  'ingest.spot': define(
    flag,
    false,
    'Jobs on Fargate Spot: about 70 % cheaper; one that is interrupted starts again, and one that finds no capacity within 15 minutes runs on demand',
  ),
  'ingest.attempts': define(
    whole(1, 10),
    ingestAttempts,
    'Most times that a file’s job runs, the first included, until the file has failed',
  ),
  'ingest.sizeClasses': define(
    objects<SizeClass>({
      name: 'string',
      maxBytes: 'number?',
      vcpu: 'number',
      memoryMiB: 'number',
      timeoutSeconds: 'number',
    }),
    undefined,
    'Jobs by size of file, in rising order, the last without `maxBytes`; without it those of `contract/ingest.ts`',
  ),
  'ingest.expireDays': define(
    whole(1, 36500),
    undefined,
    'Days until uploaded files and their rejected rows are deleted; without it they stay',
  ),
  'ingest.backlogMinutes': define(
    whole(1, 1440),
    defaultBacklogMinutes,
    'Alarm when a file takes longer than this from its arrival to its outcome; the 15 minutes that lists wait before they sweep are added',
  ),
  'ingest.tracing': define(flag, false, 'X-Ray traces of the pipeline; 100,000 a month are free'),
  'ingest.slackChannel': define(
    text(patterns.slackChannel, 'the id of a Slack channel, such as C0123456789'),
    undefined,
    'Slack channel that is notified of failed files; needs `ingest.slackToken`',
  ),
  'ingest.slackToken': define(
    text(/^xox[a-z]-[A-Za-z0-9-]+$/, 'a Slack token such as xoxb-…'),
    undefined,
    'Token of a Slack bot that may write there (`chat:write`; set it with `--secret`)',
    true,
  ),
};
