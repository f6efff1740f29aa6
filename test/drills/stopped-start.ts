import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { State } from '../../local/state.ts';
import { type Laptop, startLaptop } from '../support/laptop.ts';
import { until } from '../support/until.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Milliseconds after which what still runs is left behind: the laptop itself gives its parts ten seconds. */
const patience = 20_000;

export interface StoppedStart {
  readonly signal: (typeof signals)[number];
  readonly throughNpm: boolean;
  /** How far it had come. */
  readonly reached: string;
  /** What it left behind, each in words. */
  readonly left: readonly string[];
}

/** Starts until it is up, and stops. @returns its port, and how long it took. */
export async function firstStart(state: string, port = 0): Promise<{ port: number; milliseconds: number }> {
  const started = performance.now();
  const laptop = startLaptop({ state, port });
  const { process: child } = laptop;
  await until(() => laptop.isUp() || child.exitCode !== null || child.signalCode !== null);
  const milliseconds = Math.round(performance.now() - started);
  const taken = Number(new URL(laptop.url()).port);
  child.kill('SIGTERM');
  await laptop.ended;
  return { port: taken, milliseconds };
}

export interface StopOptions {
  readonly state: string;
  readonly port: number;
  readonly random: () => number;
  /** Milliseconds; the stop comes at a random moment of them. */
  readonly within: number;
}

/** Starts, stops at a random moment, and looks for what is left. */
export async function stopAt({ state, port, random, within }: StopOptions): Promise<StoppedStart> {
  const signal = signals[Math.floor(random() * signals.length)] as StoppedStart['signal'];
  const throughNpm = random() < 0.5;
  const laptop = startLaptop({
    state,
    port,
    ...(throughNpm ? { command: ['npm', 'start', '--'] as const } : {}),
  });
  await Promise.race([sleep(random() * within), laptop.ended]);
  const reached = progressOf(laptop);
  const pid = laptop.process.pid as number;
  try {
    process.kill(signal === 'SIGTERM' ? pid : -pid, signal);
  } catch {
    // It has ended by itself, which its output explains.
  }
  return { signal, throughNpm, reached, left: await leftBy(laptop, state, port) };
}

function progressOf(laptop: Laptop): string {
  if (laptop.isUp()) return 'when it was up';
  if (laptop.find('app/server.ts')) return 'after the service had started';
  if (laptop.find('dynoxide serve')) return 'after the database had started';
  return laptop.hasPort() ? 'after it had its port' : 'before it had its port';
}

/** What a stopped start has left behind, each in words; ends the processes. */
export async function leftBy(laptop: Laptop, state: string, port: number): Promise<string[]> {
  const left: string[] = [];
  const deadline = performance.now() + patience;
  const how = await Promise.race([laptop.ended, sleep(patience, 'it never ended')]);
  await until(() => laptop.processes().length === 0 || performance.now() > deadline);
  for (const { pid, command } of laptop.processes()) {
    left.push(`process ${pid}: ${command.slice(0, 100)}`);
    process.kill(pid, 'SIGKILL');
  }
  // Before its own handlers are there, a signal ends it; 1 and 2 would be a start that failed.
  if (how === 1 || how === 2) left.push(`exit code ${how}: ${laptop.output().trim()}`);
  if (!(await isFree(port))) left.push(`port ${port}`);
  try {
    const directory = new State(state);
    directory.hold();
    directory.release();
  } catch (error) {
    left.push(`lock: ${(error as Error).message}`);
  }
  return left;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
