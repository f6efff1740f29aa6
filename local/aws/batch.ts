import type { ChildProcess } from 'node:child_process';
import { appendFileSync, closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jsonBytes, maxOverrides, overridesOfBatch } from '../../contract/scans.ts';
import { bareEnvironment } from '../bare-environment.ts';
import { killGroup, spawnEndingWithParent } from '../end-with-parent.ts';
import type { Json } from './executor.ts';
import { type WriteLimits, watchWrites } from './limits.ts';

/** The parts of an AWS Batch job definition that a laptop needs. */
export interface JobDefinition {
  /** The command of the container; `node` stands for the Node of this process. */
  readonly command: readonly string[];
  /** The job's environment. It also gets `PATH` and the variables of its submission, and nothing else of the host's. */
  readonly environment: Readonly<Record<string, string>>;
  /** How often a job is started again that was killed from outside, as by Spot: Batch's retry strategy has one attempt
   * more. Exit codes and timeouts are final here; the state machine decides about those. @default 0 */
  readonly infrastructureRetries?: number;
  /** A job that writes more is killed and not started again. Unlimited unless set. */
  readonly limits?: WriteLimits;
}

export interface BatchOptions {
  readonly definitions: Readonly<Record<string, JobDefinition>>;
  /** The most vCPUs of all jobs that run at the same time. */
  readonly maxVcpus: number;
  /** Directory for the jobs' output, one file per job name. */
  readonly logs: string;
}

export interface Batch {
  /** `batch:submitJob.sync`. Resolves when the job has succeeded. @throws States.TaskFailed when it has failed */
  submit(parameters: Json): Promise<Json>;
  /** vCPUs of the jobs that run now. */
  readonly vcpus: number;
  /** The most vCPUs that were ever in use at the same time. */
  readonly peakVcpus: number;
  /** Process ids of the jobs that run now. */
  readonly pids: readonly number[];
  /** Kills the running jobs and refuses the waiting ones. */
  stop(): Promise<void>;
}

interface Submission {
  readonly name: string;
  readonly definition: JobDefinition;
  readonly environment: Record<string, string>;
  readonly vcpus: number;
  readonly timeoutSeconds: number | undefined;
}

interface Job extends Submission {
  readonly start: () => void;
  readonly refuse: (error: Error) => void;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A job queue with one compute environment. Jobs start in the order of their submission, each as a child process. */
export function createBatch({ definitions, maxVcpus, logs }: BatchOptions): Batch {
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const temporary = join(logs, 'tmp');
  // These are the temporary directories of a runner that was killed before it could remove them.
  if (Object.values(definitions).some(({ limits }) => limits))
    rmSync(temporary, { recursive: true, force: true });
  const waiting: Job[] = [];
  const children = new Set<ChildProcess>();
  let vcpus = 0;
  let peakVcpus = 0;
  let stopped = false;

  async function submit(parameters: Json): Promise<Json> {
    const job = toJob(parameters, definitions);
    if (job.vcpus > maxVcpus) throw failed(`the job asks for ${job.vcpus} vCPUs of ${maxVcpus}`);
    await new Promise<void>((start, refuse) => {
      waiting.push({ ...job, start, refuse });
      startWaiting();
    });
    try {
      await runWithRetries(job);
      return { JobName: job.name, Status: 'SUCCEEDED' };
    } finally {
      vcpus -= job.vcpus;
      startWaiting();
    }
  }

  function startWaiting(): void {
    for (;;) {
      if (stopped) for (const { refuse } of waiting.splice(0)) refuse(failed('the runner stops'));
      const next = waiting[0];
      if (!next || vcpus + next.vcpus > maxVcpus) return;
      waiting.shift();
      vcpus += next.vcpus;
      peakVcpus = Math.max(peakVcpus, vcpus);
      next.start();
    }
  }

  async function runWithRetries(job: Submission): Promise<void> {
    const { infrastructureRetries = 0 } = job.definition;
    for (let retries = 0; ; retries++) {
      const end = await run(job);
      if (end === 'succeeded') return;
      if (retries >= infrastructureRetries || stopped || !end.interrupted) throw failed(end.reason);
    }
  }

  function run(job: Submission): Promise<'succeeded' | { reason: string; interrupted: boolean }> {
    const log = join(logs, `${job.name}.log`);
    const output = openSync(log, 'a', 0o600);
    const { limits } = job.definition;
    const watch = limits && watchWrites(log, temporary, limits, stopFor);
    const [program, ...rest] = job.definition.command;
    const child = spawnEndingWithParent(program === 'node' ? process.execPath : (program as string), rest, {
      cwd: root,
      env: {
        ...bareEnvironment(),
        ...(watch ? { TMPDIR: watch.directory } : {}),
        ...job.definition.environment,
        ...job.environment,
      },
      stdio: [output, output],
    });
    closeSync(output);
    children.add(child);
    let stoppedFor: string | undefined;
    const timer =
      job.timeoutSeconds === undefined
        ? undefined
        : setTimeout(stopFor, job.timeoutSeconds * 1000, 'Job attempt duration exceeded timeout');

    function stopFor(reason: string): void {
      stoppedFor ??= reason;
      killGroup(child);
    }

    return new Promise((resolve) => {
      const done = (reason: string | undefined, interrupted = false) => {
        clearTimeout(timer);
        watch?.end();
        children.delete(child);
        resolve(reason === undefined ? 'succeeded' : { reason, interrupted });
      };
      child.once('error', (error) => done(error.message));
      child.once('exit', (code, signal) => {
        if (stoppedFor !== undefined) {
          appendFileSync(log, `${stoppedFor}: the job was killed\n`);
          return done(stoppedFor);
        }
        done(code === 0 ? undefined : (signal ?? `exit code ${code}`), signal !== null);
      });
    });
  }

  async function stop(): Promise<void> {
    stopped = true;
    startWaiting();
    const ends = [...children].map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of children) killGroup(child);
    await Promise.all(ends);
  }

  return {
    submit,
    stop,
    get vcpus() {
      return vcpus;
    },
    get peakVcpus() {
      return peakVcpus;
    },
    get pids() {
      return [...children].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
    },
  };
}

function toJob(parameters: Json, definitions: BatchOptions['definitions']): Submission {
  const { JobName, JobDefinition, ContainerOverrides = {}, Timeout } = parameters;
  const definition = definitions[JobDefinition];
  if (!definition) throw failed(`there is no job definition ${JobDefinition}`);
  if (jsonBytes(ContainerOverrides) + overridesOfBatch > maxOverrides)
    throw failed(`Container Overrides length must be at most ${maxOverrides}`);
  const { Environment = [], ResourceRequirements = [] } = ContainerOverrides;
  const vcpu = ResourceRequirements.find(({ Type }: Json) => Type === 'VCPU');
  return {
    name: JobName,
    definition,
    environment: Object.fromEntries(Environment.map(({ Name, Value }: Json) => [Name, Value])),
    vcpus: Number(vcpu?.Value ?? 1),
    timeoutSeconds: Timeout?.AttemptDurationSeconds,
  };
}

function failed(reason: string): Error {
  return Object.assign(new Error(reason), { name: 'States.TaskFailed' });
}
