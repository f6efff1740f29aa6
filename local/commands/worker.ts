import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Misuse, runCommand, wholeNumber } from '../../scripts/command.ts';
import { defaultStateDirectory, State } from '../state.ts';
import type { WorkerEvent, Workers } from '../workers/run.ts';

const defaultState = join(defaultStateDirectory, 'workers');

await runCommand({
  name: 'npm run worker',
  help: `-- <directory> [options] [-- <command>...]   runs the QueueWorkers of a Pulumi program on this machine

Queues, tables, environment and scaling are those of the program; nothing in AWS is asked. As many processes run as the
backlog needs, none while there is none; a process that works on a message is left alone, one that crashes is replaced.

  --stack <name>      whose configuration the program reads (default: dev)
  --max <n>           most processes of a worker (default: one for each processor)
  --env <NAME=value>  a variable beside or in place of the program's; may be repeated
  --fresh             delete the tables of earlier runs; messages end with each run
  --state <dir>       where they are kept (default: ${defaultState})
  --json              one JSON object a line: what happens, and what the processes write
  --help

<command> takes the place of the container's own: the program's \`command\`, or CMD of its Dockerfile. It runs in the
directory from which the image is made.
Ctrl-C or SIGTERM stops everything: messages in work have ten seconds.
Exit codes: 0 stopped as asked, 1 could not start, 2 called wrongly.`,
  options: {
    stack: { type: 'string', default: 'dev' },
    max: { type: 'string', default: String(availableParallelism()) },
    env: { type: 'string', multiple: true, default: [] },
    fresh: { type: 'boolean', default: false },
    state: { type: 'string', default: defaultState },
    json: { type: 'boolean', default: false },
  },
  positionals: true,
  run: async ({ stack, max, env, fresh, state: directory, json }, [program, ...command]) => {
    if (program === undefined)
      throw new Misuse('name the directory of a Pulumi program, such as examples/orders');
    const maxTasks = wholeNumber('--max', max, 1);
    const environment = Object.fromEntries(env.map(variable));
    const stopped = stopRequest();
    const { readProgram } = await import('../workers/program.ts');
    const read = await readProgram(program, stack);
    const { runWorkers } = await import('../workers/run.ts');
    const state = new State(directory);
    state.hold();
    try {
      if (fresh) state.deleteData();
      const show = (event: WorkerEvent) => console.log(json ? JSON.stringify(event) : textOf(event));
      const workers = await runWorkers({
        ...{ program: read, state, maxTasks, environment, show },
        command: command.length > 0 ? command : undefined,
      });
      console.log(json ? JSON.stringify({ event: 'ready', ...addresses(workers) }) : welcome(workers));
      await stopped;
      await workers.stop();
    } finally {
      state.release();
    }
  },
});

function variable(text: string): [string, string] {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new Misuse(`--env must be NAME=value, not "${text}"`);
  return [name, value as string];
}

/** Ctrl-C may reach this process twice: from the terminal and from npm. */
function stopRequest(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

function textOf(event: WorkerEvent): string {
  const { worker } = event;
  switch (event.event) {
    case 'line':
      return `${worker} ${event.task}: ${event.line}`;
    case 'started':
      return `${worker} ${event.task} started`;
    case 'stopping':
      return `${worker} ${event.task} is asked to stop`;
    case 'ended':
      return event.wasAsked
        ? `${worker} ${event.task} ended`
        : `${worker} ${event.task} ended (${event.how}); another one takes its place`;
    case 'queue': {
      const dead = event.dead === 0 ? '' : `, ${event.dead} could not be processed and are dead letters`;
      return `${worker}: ${event.tasks} tasks, ${event.visible} messages wait, ${event.inFlight} in work${dead}`;
    }
    case 'problem':
      return `${worker}: ${event.message}`;
  }
}

function addresses({ queueUrls, emulator, dynamodb }: Workers) {
  return { queueUrls, sqs: emulator.endpoint, dynamodb };
}

function welcome(workers: Workers): string {
  const { queueUrls, sqs, dynamodb } = addresses(workers);
  const urls = Object.values(queueUrls);
  return `
The workers are up.

${urls.map((url) => `  queue     ${url}`).join('\n')}
  DynamoDB  ${dynamodb}

Try, with a message of your own:

  curl ${sqs}/ -H 'X-Amz-Target: AmazonSQS.SendMessage' -H 'Content-Type: application/x-amz-json-1.0' -d '{"QueueUrl":"${urls[0]}","MessageBody":"{}"}'

Ctrl-C stops everything, and what is in the queues is gone. Tables stay; --fresh deletes them.
`;
}
