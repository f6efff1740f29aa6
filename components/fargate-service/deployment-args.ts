import type * as pulumi from '@pulumi/pulumi';

/** How a release replaces the tasks. */
export interface FargateDeploymentArgs {
  /**
   * `rolling` replaces the tasks a few at a time. The others start all new tasks beside the old ones and then shift the
   * requests: `blue-green` all at once, `canary` a share first and the rest later, `linear` step by step; the old tasks
   * stay for `bakeMinutes`, so that a rollback is at once. They need `loadBalancer`, or one of `listenerRules`, and twice the tasks during a
   * release; a second target group, its rules and a role cost nothing, the error alarm 0.40 USD a month more.
   *
   * The error alarm and `alarmNames` roll every release back. So does the circuit breaker, when new tasks do not start,
   * with `rolling` and `blue-green`: for the other two AWS documents none, and such a release fails after
   * `timeoutMinutes` while the old tasks go on serving.
   *
   * Change from `rolling` at any time. Change back to it only while `targetGroup` serves rather than
   * `alternateTargetGroup` (they take turns), or requests meet 503 for some minutes. @default rolling
   */
  strategy?: string;
  /** Percent of the requests that the new tasks of a `canary` get first, 1–99, or that each step of `linear` adds,
   * 3–99. @default canary 10, linear 25 */
  stepPercent?: number;
  /** Minutes that a `canary` gets its share alone, or from each step of `linear` to the next, 0–1440. The error alarm
   * takes about three to notice. @default 5 */
  stepMinutes?: number;
  /** Minutes that the old tasks stay after all requests went to the new ones, 0–1440; not for `rolling`. @default 5 */
  bakeMinutes?: number;
  /** Requests with this header go to the new tasks of a release before all others do, as soon as those are healthy; not
   * for `rolling`. Any caller that knows the header may send it. @default none */
  testHeader?: FargateTestHeaderArgs;
  /** Healthy tasks during a release, in percent of the desired number, 0–100. @default 100 */
  minimumHealthyPercent?: number;
  /** Tasks during a release, in percent of the desired number, 101–200: zone rebalancing refuses 100. @default 200 */
  maximumPercent?: number;
  /** A release is rolled back when more than this percentage of the answers is 5xx, 0–99. `alarmActionArns` are notified
   * of that at any time. Needs `loadBalancer`, `listenerRules` or `apiGateway`; the alarm costs 0.30 USD a month, behind an HTTP API 0.20.
   * @default 5 */
  maxErrorPercent?: number;
  /** Names of further CloudWatch alarms that roll a release back. They must exist without this component: one on
   * its own metrics would depend on itself. A worker that has one must keep at least one. @default none */
  alarmNames?: pulumi.Input<string>[];
  /** Minutes that `pulumi up` waits for the release to be steady before it fails, 1–2880; more than all steps and
   * `bakeMinutes` take. @default 20 more than those take */
  timeoutMinutes?: number;
  /** Keep the revisions of the task definition that releases replace. They cost nothing, and ECS can roll back to a
   * revision only while it is registered; but `destroy` leaves them behind. @default true */
  keepRevisions?: boolean;
}

/** A header by which a request asks for the release under test. */
export interface FargateTestHeaderArgs {
  /** At most 40 characters. */
  name: string;
  /** At most 128 characters, matched whatever their case; `*` and `?` are refused. */
  value: string;
}
