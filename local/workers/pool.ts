import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { bareEnvironment } from '../bare-environment.ts';
import { killGroup, spawnEndingWithParent } from '../end-with-parent.ts';
import type { Agent } from './agent.ts';

/** What a task of a worker runs. */
export interface Container {
  /** In exec form; `node` stands for the Node of this process. */
  readonly command: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Seconds from SIGTERM to SIGKILL. */
  readonly stopTimeoutSeconds: number;
}

export type PoolEvent =
  | { readonly event: 'started' | 'stopping'; readonly task: string }
  | { readonly event: 'ended'; readonly task: string; readonly how: string; readonly wasAsked: boolean }
  | { readonly event: 'line'; readonly task: string; readonly line: string };

export interface PoolOptions {
  readonly container: Container;
  readonly agent: Agent;
  readonly show: (event: PoolEvent) => void;
}

/** The tasks of a worker as child processes. */
export interface Pool {
  /** Tasks that run and were not asked to stop, and those that will take the place of one that ended by itself. */
  readonly size: number;
  /** Process ids of those that run. */
  readonly pids: readonly number[];
  /** Starts the tasks that are missing, or asks those to stop that are too many and not protected. */
  resize(tasks: number): void;
  /** Asks all to stop, protected ones too. Resolves when none is left. */
  stop(): Promise<void>;
}

interface Task {
  readonly id: string;
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  isStopping: boolean;
}

/** Milliseconds until a task takes the place of one that ended; twice as long after each further crash in a row. */
const pause = { first: 500, longest: 30_000 };
/** Milliseconds: a crash after a longer run counts as the first one. */
const settled = 10_000;

export function createPool({ container, agent, show }: PoolOptions): Pool {
  const tasks = new Set<Task>();
  let started = 0;
  let crashes = 0;
  const replacements = new Set<NodeJS.Timeout>();
  const running = () => [...tasks].filter(({ isStopping }) => !isStopping);

  function start(): void {
    const id = `task-${++started}`;
    const startedAt = Date.now();
    const [program = '', ...rest] = container.command;
    const child = spawnEndingWithParent(program === 'node' ? process.execPath : program, rest, {
      cwd: container.directory,
      env: { ...bareEnvironment(), ...container.environment, ECS_AGENT_URI: agent.uriOf(id) },
      stdio: ['pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream as Readable }).on('line', (line) =>
        show({ event: 'line', task: id, line }),
      );
    const { promise, resolve } = Promise.withResolvers<void>();
    const task: Task = { id, child, ended: promise, isStopping: false };
    tasks.add(task);
    show({ event: 'started', task: id });
    child.once('close', (code, signal) => {
      tasks.delete(task);
      agent.forget(id);
      if (!task.isStopping) replace(signal === null, startedAt);
      show({ event: 'ended', task: id, how: signal ?? `exit code ${code}`, wasAsked: task.isStopping });
      resolve();
    });
  }

  /** A task that was killed from outside has not crashed, so the next one will not do so either. */
  function replace(isCrash: boolean, startedAt: number): void {
    if (isCrash) crashes = Date.now() - startedAt > settled ? 1 : crashes + 1;
    const timer = setTimeout(
      () => {
        replacements.delete(timer);
        start();
      },
      Math.min(pause.longest, pause.first * 2 ** Math.max(0, crashes - 1)),
    );
    replacements.add(timer);
  }

  function dropReplacements(most: number): void {
    for (const timer of [...replacements].slice(0, most)) {
      clearTimeout(timer);
      replacements.delete(timer);
    }
  }

  function ask(task: Task): void {
    task.isStopping = true;
    show({ event: 'stopping', task: task.id });
    task.child.kill('SIGTERM');
    const killer = setTimeout(() => killGroup(task.child), container.stopTimeoutSeconds * 1000);
    void task.ended.then(() => clearTimeout(killer));
  }

  const size = () => running().length + replacements.size;

  function resize(wanted: number): void {
    for (let missing = wanted - size(); missing > 0; missing--) start();
    dropReplacements(Math.max(0, size() - wanted));
    const idle = running().filter(({ id }) => !agent.isProtected(id));
    for (const task of idle.slice(0, Math.max(0, size() - wanted))) ask(task);
  }

  return {
    get size() {
      return size();
    },
    get pids() {
      return running().flatMap(({ child: { pid } }) => (pid === undefined ? [] : [pid]));
    },
    resize,
    stop: async () => {
      dropReplacements(replacements.size);
      for (const task of running()) ask(task);
      await Promise.all([...tasks].map(({ ended }) => ended));
    },
  };
}
