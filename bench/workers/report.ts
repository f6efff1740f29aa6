import { seededRandom } from '../../local/commands/sample/random.ts';
import { fargateHour } from '../../stacks/plan/fargate-price.ts';
import { arrivals, outage } from './day.ts';
import { type Done, type Result, simulate } from './simulate.ts';

/** What a day showed, for one latency. */
export interface Day {
  readonly acceptableLatencySeconds: number;
  readonly result: Result;
  readonly messages: number;
  /** Of the messages that the outage did not hold up, the share that was done in time, 0–1. */
  readonly inTime: number;
  readonly median: number;
  readonly p99: number;
  /** Seconds of the messages that were sent to an empty queue while no task ran. */
  readonly fromZero: { readonly count: number; readonly median: number; readonly longest: number };
  /** Minutes from the end of the outage until no message waited for longer than acceptable. */
  readonly recoveryMinutes: number;
  readonly mostTasks: number;
  /** USD a day: the first task on demand, the others on Spot. */
  readonly cost: number;
  /** The same if no report of a running task could be read in time, so that tasks are added that run already. */
  readonly late: { readonly inTime: number; readonly cost: number };
  /** The fewest tasks that are as fast when they always run, and what they cost a day on the same mix. */
  readonly alwaysOn: { readonly tasks: number; readonly cost: number };
}

export const secondsPerMessage = 2;
const maxTasks = 100;
const seed = 20_261_201;
const size = { cpu: 256, memory: 512 };

/** The same day for each latency: the messages are of one seed. */
export function simulateDay(acceptableLatencySeconds: number): Day {
  const arriving = arrivals(seededRandom(seed));
  const workload = { acceptableLatencySeconds, secondsPerMessage, maxTasks };
  const { result, recovered, counted, inTime } = ran(workload, arriving);
  const late = ran({ ...workload, lateReports: true }, arriving);
  const sorted = counted.map(({ latency }) => latency).sort((a, b) => a - b);
  const zero = counted
    .filter(({ isFirst }) => isFirst)
    .map(({ latency }) => latency)
    .sort((a, b) => a - b);
  return {
    acceptableLatencySeconds,
    result,
    messages: result.messages.length,
    inTime,
    median: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    fromZero: { count: zero.length, median: quantile(zero, 0.5), longest: zero.at(-1) ?? 0 },
    recoveryMinutes: Math.round((recovered - outage.to) / 60),
    mostTasks: Math.max(...result.minutes.map(({ tasks }) => tasks)),
    cost: costOf(result),
    late: { inTime: late.inTime, cost: costOf(late.result) },
    alwaysOn: alwaysOn(acceptableLatencySeconds, arriving),
  };
}

type Simulated = Parameters<typeof simulate>[0];

/** A day, and which of its messages count: those that the outage did not hold up. */
function ran(workload: Simulated, arriving: readonly number[]) {
  const { acceptableLatencySeconds } = workload;
  const result = simulate(workload, arriving, seededRandom(seed + 1));
  const recovered = recoveredAt(result, acceptableLatencySeconds);
  const counted = result.messages.filter((message) => !isHeldUp(message, recovered));
  const latencies = counted.map(({ latency }) => latency);
  return { result, recovered, counted, inTime: share(latencies, acceptableLatencySeconds) };
}

/** The second from which on no message waits for longer than acceptable, after the outage. */
function recoveredAt({ minutes }: Result, latency: number): number {
  const first = Math.ceil(outage.to / 60);
  const quiet = minutes.findIndex(({ oldest }, minute) => minute >= first && oldest <= latency);
  return (quiet + 1) * 60;
}

/** Whether the outage is why a message waited: it came before the backlog of the outage was gone, and ended after it began. */
function isHeldUp({ arrived, latency }: Done, recovered: number): boolean {
  return arrived < recovered && arrived + latency >= outage.from;
}

function alwaysOn(acceptableLatencySeconds: number, arriving: readonly number[]) {
  const isEnough = (tasks: number) => {
    const workload = { acceptableLatencySeconds, secondsPerMessage, maxTasks: tasks, minTasks: tasks };
    return ran(workload, arriving).inTime >= 0.99;
  };
  let [tooFew, tasks] = [0, maxTasks];
  while (tasks - tooFew > 1) {
    const middle = Math.floor((tooFew + tasks) / 2);
    if (isEnough(middle)) tasks = middle;
    else tooFew = middle;
  }
  return { tasks, cost: costOf({ firstTaskSeconds: 86_400, taskSeconds: tasks * 86_400 }) };
}

function costOf({ firstTaskSeconds, taskSeconds }: Pick<Result, 'firstTaskSeconds' | 'taskSeconds'>): number {
  const { onDemand, spot } = fargateHour(size, 'ARM64');
  return (firstTaskSeconds / 3600) * onDemand + ((taskSeconds - firstTaskSeconds) / 3600) * spot;
}

function share(latencies: readonly number[], limit: number): number {
  return latencies.filter((latency) => latency <= limit).length / latencies.length;
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

/** The table of the document. */
export function table(days: readonly Day[]): string {
  const rows: [string, (day: Day) => string][] = [
    ['`acceptableLatencySeconds`', (day) => String(day.acceptableLatencySeconds)],
    ['messages of the day', (day) => day.messages.toLocaleString('en-US')],
    ['done in time, outside of the outage', (day) => `${(100 * day.inTime).toFixed(2)} %`],
    ['median, 99th percentile', (day) => `${seconds(day.median)}, ${seconds(day.p99)}`],
    [
      'the first message, while no task runs: median, longest',
      ({ fromZero }) => `${seconds(fromZero.median)}, ${seconds(fromZero.longest)}`,
    ],
    ['after the outage, back in time within', (day) => `${day.recoveryMinutes} min`],
    ['most tasks at a time', (day) => String(day.mostTasks)],
    ['hours of tasks', ({ result }) => (result.taskSeconds / 3600).toFixed(1)],
    ['cost of the day', (day) => `${day.cost.toFixed(2)} USD`],
    [
      'done in time, and cost, if no report of CPU came in time',
      ({ late }) => `${(100 * late.inTime).toFixed(2)} %, ${late.cost.toFixed(2)} USD`,
    ],
    [
      'as fast with tasks that always run',
      ({ alwaysOn: { tasks, cost } }) => `${tasks} tasks, ${cost.toFixed(2)} USD`,
    ],
  ];
  return [
    `| a day, ${secondsPerMessage} s a message | ${days.map(() => '').join(' | ')} |`,
    `|---|${days.map(() => '---:|').join('')}`,
    ...rows.map(([name, value]) => `| ${name} | ${days.map(value).join(' | ')} |`),
  ].join('\n');
}

function seconds(value: number): string {
  return `${Math.round(value)} s`;
}
