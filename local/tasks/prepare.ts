import { ingestCommand, ingestVariables, type JobTask } from '../../contract/ingest.ts';
import { createDynamoDBClient } from '../../data/dynamodb/client.ts';
import type { JobDefinition } from '../aws/batch.ts';
import { accessOf } from '../aws/database.ts';
import { type Clock, systemClock } from './clock.ts';
import type { History } from './history.ts';
import { type LaptopTask, startTasks, type Tasks } from './tasks.ts';

export interface TasksSettings {
  readonly history: History;
  /** Directory for the runs' output. */
  readonly logs: string;
  /** Region, credentials, the database's endpoint and the tables' names. */
  readonly variables: Readonly<Record<string, string>>;
  /** The buckets' endpoint and names. */
  readonly bucketVariables: Readonly<Record<string, string>>;
  readonly show: (line: string) => void;
  /** Settings of tests and drills. */
  readonly clock?: Clock | undefined;
}

/** The laptop's tasks, but for the environment of their jobs. */
export const laptopTasks: readonly (Omit<LaptopTask, 'job'> & { job: Pick<JobDefinition, 'command'> })[] = [
  {
    // Lists of ports and regions sweep by themselves once they are committed. This finds what a job has left that was killed
    // for good, where no list follows.
    name: 'sweep',
    schedule: 'cron(30 3 * * ? *)',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    job: { command: ingestCommand },
    timeLimitSeconds: 900,
    retries: 2,
  },
];

/** The job takes a file's variables also where its work is about no file. */
const sweepVariables = {
  [ingestVariables.kind]: 'sweep' satisfies JobTask,
  [ingestVariables.id]: 'scheduled-sweep',
  [ingestVariables.key]: 'none',
  [ingestVariables.version]: 'none',
  [ingestVariables.execution]: 'scheduled-sweep',
};

const table = 'trellis-local-tasks';

/** The laptop's scheduled tasks. The tables of the service must exist. */
export async function startLaptopTasks(settings: TasksSettings): Promise<Tasks> {
  const { history, logs, variables, bucketVariables, show, clock = systemClock } = settings;
  const endpoint = variables.AWS_ENDPOINT_URL_DYNAMODB as string;
  const client = createDynamoDBClient({ ...accessOf(variables), endpoint });
  const environment = { ...variables, ...bucketVariables, ...sweepVariables };
  const tasks = await startTasks({
    client,
    table,
    tasks: laptopTasks.map((task) => ({ ...task, job: { ...task.job, environment } })),
    history,
    clock,
    logs,
    show,
  });
  return {
    ...tasks,
    async stop() {
      await tasks.stop();
      client.destroy();
    },
  };
}
