import { patterns } from '../../components/validation.ts';
import { define } from './define.ts';
import { flag, text } from './kinds.ts';

/** The keys about scans and job runs. */
export const scansDefinitions = {
  'scans.alarms': define(
    flag,
    true,
    'With `monitoring.alarms`, alarms on scans and job runs that fail, jobs that find no capacity, and lost events',
  ),
  'scans.tracing': define(
    flag,
    undefined,
    'X-Ray traces of scans and job runs; without it as `ingest.tracing`',
  ),
  'scans.slackChannel': define(
    text(patterns.slackChannel, 'the id of a Slack channel, such as C0123456789'),
    undefined,
    'Slack channel that is notified of scans, with `ingest.slackToken`; without it `ingest.slackChannel`',
  ),
};
