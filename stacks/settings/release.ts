import { strategies } from '../../components/fargate-service/index.ts';
import { define } from './define.ts';
import { oneOf, text, whole } from './kinds.ts';

/** The keys about how a release replaces the tasks. */
export const releaseDefinitions = {
  'release.strategy': define(
    oneOf(strategies),
    'rolling',
    'How a release replaces the tasks: `rolling`; `blue-green`, `canary` and `linear` start all new ones and then shift the requests, and need a load balancer',
  ),
  'release.stepPercent': define(
    whole(1, 99),
    undefined,
    'Percent of the requests that a canary gets first (10), or that each linear step adds (25)',
  ),
  'release.stepMinutes': define(
    whole(0, 1440),
    undefined,
    'Minutes that a canary gets its share, or between linear steps (5)',
  ),
  'release.bakeMinutes': define(
    whole(0, 1440),
    undefined,
    'Minutes that the old tasks stay, for a rollback at once; not for `rolling` (5)',
  ),
  'release.testHeader': define(
    text(/^[A-Za-z0-9-]{1,40}: [!-)+->@-~]{1,128}$/, 'a header such as "x-release: next"'),
    undefined,
    'Requests with this header reach the new tasks first; not for `rolling`',
  ),
};
