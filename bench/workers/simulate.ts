/**
 * A day of a `QueueWorker`: a message, the metrics that SQS and ECS make of it, the alarms, the policies and the tasks. What
 * takes time on AWS takes time here, as AWS documents it; the numbers of tasks come from the component's own functions.
 */
import {
  changeAt,
  cooldowns,
  periods,
  shortage,
  stepsIn,
  stepsOut,
  surplus,
  type Workload,
} from '../../components/queue-worker/index.ts';
import { outage } from './day.ts';

/** Seconds, each as a random number of them is drawn from: what AWS documents, or what is commonly seen. */
export const delays = {
  /** From the end of a minute until its metrics can be read. */
  metric: [15, 45],
  /** From that until the alarm is evaluated and the policy has changed the number of tasks. */
  alarm: [5, 25],
  /** From that until a task takes its first message: pulling the image included. */
  start: [30, 60],
} as const;

/** What is known at the end of a minute. */
interface Sample {
  at: number;
  visible: number;
  inFlight: number;
  running: number;
}

interface Task {
  startsAt: number;
  busyUntil: number;
  startedAt: number;
  isLeaving: boolean;
}

export interface Done {
  /** Second of the day at which it was sent. */
  arrived: number;
  /** Seconds from then until it was done; infinite for what is left six hours after the day. */
  latency: number;
  /** Whether it was sent to an empty queue while no task ran. */
  isFirst: boolean;
}

export interface Result {
  /** Each message, in the order in which they were sent. */
  readonly messages: readonly Done[];
  /** At the end of each minute. */
  readonly minutes: readonly { backlog: number; oldest: number; tasks: number }[];
  /** Seconds of all tasks together; Fargate charges a minute at least. */
  readonly taskSeconds: number;
  /** Of these, the seconds of the first task, which runs on demand. */
  readonly firstTaskSeconds: number;
}

/**
 * @param workload its `maxTasks` bound the number of tasks, as `minTasks` do; with `lateReports` no report of a running task
 *   can ever be read when the backlog is looked at
 * @param arriving messages of each second
 * @param random for delays and for the time that a message takes (exponential, of mean `secondsPerMessage`)
 */
export function simulate(
  workload: Workload & { minTasks?: number; lateReports?: boolean },
  arriving: readonly number[],
  random: () => number,
): Result {
  const { minTasks = 0, lateReports = false } = workload;
  const within = ([least, most]: readonly [number, number]) => least + random() * (most - least);
  const out = stepsOut(workload.maxTasks);
  const back = stepsIn(workload.maxTasks);
  const waiting: { arrived: number; isFirst: boolean }[] = [];
  let head = 0;
  const samples: Sample[] = [];
  const actions: { at: number; apply: () => void }[] = [];
  const messages: Done[] = [];
  const minutes: { backlog: number; oldest: number; tasks: number }[] = [];
  let tasks: Task[] = [];
  let desired = 0;
  let lastOut = { at: Number.NEGATIVE_INFINITY, change: 0 };
  let lastIn = Number.NEGATIVE_INFINITY;
  let taskSeconds = 0;
  let firstTaskSeconds = 0;

  function setDesired(count: number, now: number): void {
    desired = Math.min(workload.maxTasks, Math.max(minTasks, count));
    while (tasks.filter(({ isLeaving }) => !isLeaving).length < desired) {
      const startsAt = now + within(delays.start);
      tasks.push({ startsAt, busyUntil: startsAt, startedAt: now, isLeaving: false });
    }
    // A task that works on a message is protected, and leaves when it is done.
    const staying = tasks.filter(({ isLeaving }) => !isLeaving).sort((a, b) => a.busyUntil - b.busyUntil);
    for (const task of staying.slice(0, staying.length - desired)) task.isLeaving = true;
  }

  function scaleOut(sample: Sample, now: number): void {
    const missing = shortage(workload, sample.visible, lateReports ? 0 : sample.running);
    if (missing < 1) return;
    const change = changeAt(out, missing - 1);
    // Within the cooldown what was added before counts, and only the rest is added (Application Auto Scaling, "Step scaling
    // policies", cooldown).
    const isCooling = now - lastOut.at < cooldowns.out;
    const added = isCooling ? change - lastOut.change : change;
    if (added <= 0) return;
    lastOut = { at: now, change };
    setDesired(desired + added, now);
  }

  function scaleIn(recent: readonly Sample[], now: number): void {
    const mean = (of: (sample: Sample) => number) =>
      recent.reduce((sum, sample) => sum + of(sample), 0) / recent.length;
    const spare = surplus(
      workload,
      mean(({ visible }) => visible),
      mean(({ inFlight }) => inFlight),
      mean(({ running }) => running),
    );
    if (spare < 1 || now - lastIn < cooldowns.in) return;
    lastIn = now;
    setDesired(desired + changeAt(back, spare - 1), now);
  }

  setDesired(minTasks, 0);
  const end = arriving.length;
  for (let now = 0; now < end + 6 * 3600 && (now < end || head < waiting.length); now++) {
    let isFirst = tasks.length === 0 && head === waiting.length;
    for (let count = arriving[now] ?? 0; count > 0; count--) {
      waiting.push({ arrived: now, isFirst });
      isFirst = false;
    }
    for (const action of actions.filter(({ at }) => at <= now)) action.apply();
    for (let index = actions.length - 1; index >= 0; index--) {
      if ((actions[index]?.at ?? 0) <= now) actions.splice(index, 1);
    }
    const works = now < outage.from || now >= outage.to;
    for (const task of tasks) {
      if (task.startsAt > now) continue;
      while (works && !task.isLeaving && task.busyUntil <= now && head < waiting.length) {
        const message = waiting[head++] as (typeof waiting)[number];
        const seconds = -Math.log(1 - random()) * workload.secondsPerMessage;
        task.busyUntil = Math.max(task.busyUntil, now) + seconds;
        messages.push({ ...message, latency: task.busyUntil - message.arrived });
      }
    }
    tasks = tasks.filter((task) => {
      const isGone = task.isLeaving && task.busyUntil <= now;
      if (isGone) {
        const charged = Math.max(60, now - task.startedAt);
        taskSeconds += charged;
      }
      return !isGone;
    });
    if (tasks.length > 0) firstTaskSeconds++;
    if (now % 60 !== 59) continue;

    const working = tasks.filter(({ startsAt }) => startsAt <= now);
    const sample = {
      at: now,
      visible: waiting.length - head,
      inFlight: working.filter(({ busyUntil }) => busyUntil > now).length,
      running: working.length,
    };
    samples.push(sample);
    if (now < end) {
      const oldest = head < waiting.length ? now - (waiting[head]?.arrived ?? now) : 0;
      minutes.push({ backlog: sample.visible, oldest, tasks: tasks.length });
    }
    const known = now + within(delays.metric) + within(delays.alarm);
    actions.push({ at: known, apply: () => scaleOut(sample, Math.ceil(known)) });
    const per = periods.in / 60;
    if (samples.length % per === 0) {
      const recent = samples.slice(-per);
      actions.push({ at: known, apply: () => scaleIn(recent, Math.ceil(known)) });
    }
  }
  for (const message of waiting.slice(head)) messages.push({ ...message, latency: Number.POSITIVE_INFINITY });
  for (const task of tasks) taskSeconds += Math.max(60, end - task.startedAt);
  return { messages, minutes, taskSeconds, firstTaskSeconds };
}
