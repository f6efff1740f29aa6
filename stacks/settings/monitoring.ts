import { patterns } from '../../components/validation.ts';
import { define } from './define.ts';
import { flag, text, whole } from './kinds.ts';

/** The keys about alarms, their receivers and the dashboard. */
export const monitoringDefinitions = {
  'alarms.email': define(
    text(patterns.email, 'an e-mail address'),
    undefined,
    'Address that is notified of alarms; AWS asks it for confirmation',
  ),
  'alarms.slackWorkspace': define(
    text(patterns.slackWorkspace, 'the id of a Slack workspace, such as T07EA123LEP'),
    undefined,
    'Workspace that is notified of alarms; admit it once in the console of Amazon Q Developer in chat applications',
  ),
  'alarms.slackChannel': define(
    text(patterns.slackChannel, 'the id of a Slack channel, such as C07EZ1ABC23'),
    undefined,
    'Channel of that workspace',
  ),
  'alarms.customerKey': define(
    flag,
    true,
    'Encrypt messages of alarms with a key of your own, unless `encryption.customerKey` does; 1 USD a month',
  ),
  'monitoring.alarms': define(
    flag,
    true,
    'Alarms on latency, CPU, memory, throttled tables and denied streams; 0.10 USD a month per metric',
  ),
  'monitoring.dashboard': define(flag, true, 'A CloudWatch dashboard; 3 USD a month'),
  'monitoring.latencyMilliseconds': define(
    whole(1, 600000),
    1000,
    'Alarm when 5 % of the answers take longer than this, in three of five minutes',
  ),
  'monitoring.deniedStreams': define(
    whole(0, 1000000),
    100,
    'Alarm when more streams than this are denied within five minutes',
  ),
};
