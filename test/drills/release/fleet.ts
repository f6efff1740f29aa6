import { setTimeout as sleep } from 'node:timers/promises';
import { environment } from '../../../contract/environment.ts';
import { healthPaths } from '../../../contract/health.ts';
import { type Balancer, startBalancer, type Target } from '../../support/balancer.ts';
import { type Service, startService } from '../../support/service.ts';
import type { TestTables } from '../../support/tables.ts';
import type { DrillTimings } from './timings.ts';

/** A running version of the service. */
export interface Version {
  readonly name: string;
  /** Environment variables beside those of every task. */
  readonly variables?: Readonly<Record<string, string>>;
}

interface Task {
  readonly name: string;
  readonly service: Service;
  readonly target: Target;
}

/** Failed tasks after which ECS rolls a release back: half of the wanted number, three at least. */
export function failuresUntilRollback(tasks: number): number {
  return Math.min(200, Math.max(3, Math.ceil(tasks / 2)));
}

/** Stands in for an ECS service: starts, replaces and stops tasks (processes of app/server.ts) behind a balancer. */
export class Fleet {
  readonly balancer: Balancer;
  readonly #tables: TestTables;
  readonly #timings: DrillTimings;
  readonly #show: (line: string) => void;
  readonly #ends: (number | string)[] = [];
  #tasks: Task[] = [];
  #version: Version;
  #started = 0;

  private constructor(
    balancer: Balancer,
    options: { tables: TestTables; timings: DrillTimings; version: Version; show: (line: string) => void },
  ) {
    this.balancer = balancer;
    this.#tables = options.tables;
    this.#timings = options.timings;
    this.#version = options.version;
    this.#show = options.show;
  }

  static async start(options: {
    tables: TestTables;
    timings: DrillTimings;
    version: Version;
    tasks: number;
    show: (line: string) => void;
  }): Promise<Fleet> {
    const fleet = new Fleet(await startBalancer(healthPaths.serving, options.timings), options);
    await fleet.scaleTo(options.tasks);
    return fleet;
  }

  get tasks(): number {
    return this.#tasks.length;
  }

  get version(): string {
    return this.#version.name;
  }

  /** How the stopped tasks ended: exit codes and signals. */
  get ends(): readonly (number | string)[] {
    return this.#ends;
  }

  /** Starts what is missing, stops what is too much. */
  async scaleTo(wanted: number): Promise<void> {
    const missing = Math.max(0, wanted - this.tasks);
    const started = await Promise.all(
      Array.from({ length: missing }, () => this.#startHealthy(this.#version)),
    );
    if (started.includes(undefined)) throw new Error(`a task of ${this.version} does not become healthy`);
    await Promise.all(this.#tasks.slice(wanted).map((task) => this.#stop(task)));
  }

  /** Rolling, with 100 % minimum healthy and 200 % maximum: all new tasks at once, an old one goes for each that became
   * healthy. Rolls back after as many failures as ECS allows. */
  async release(version: Version): Promise<'released' | 'rolled back'> {
    const old = [...this.#tasks];
    const allowed = failuresUntilRollback(old.length);
    let failures = 0;
    let waiting = old;
    while (waiting.length > 0 && failures < allowed) {
      const outcomes = waiting.map(async (task) => {
        if (await this.#startHealthy(version)) await this.#stop(task);
        else failures++;
        return this.#tasks.includes(task) ? [task] : [];
      });
      waiting = (await Promise.all(outcomes)).flat();
    }
    if (waiting.length === 0) {
      this.#version = version;
      return 'released';
    }
    this.#show(`${failures} tasks of ${version.name} did not become healthy: rolled back to ${this.version}`);
    await Promise.all(this.#tasks.filter((task) => !old.includes(task)).map((task) => this.#stop(task)));
    await this.scaleTo(old.length);
    return 'rolled back';
  }

  /** As Fargate Spot does it: the task has SIGTERM while the balancer still sends requests to it. The balancer has only
   * the health check to go by: ECS, which starts another task, takes its time to deregister this one. */
  async interrupt(): Promise<void> {
    const task = this.#tasks[0] as Task;
    const replacement = this.#startHealthy(this.#version);
    this.#tasks = this.#tasks.filter((other) => other !== task);
    this.#show(`SIGTERM to ${task.name}, which is registered and ${task.target.state}`);
    const { healthCheckInterval, healthCheckTimeout, unhealthyThreshold } = this.#timings;
    const patience =
      unhealthyThreshold * (healthCheckInterval + healthCheckTimeout) + this.#timings.stopTimeout;
    const noticed = this.balancer.reaches(task.target, 'unhealthy', patience);
    await this.#end(task);
    if (!(await noticed)) throw new Error(`the balancer did not notice that ${task.name} is gone`);
    await this.balancer.deregister(task.target);
    if (!(await replacement)) throw new Error('the replacement does not become healthy');
  }

  async close(): Promise<void> {
    await Promise.all(this.#tasks.map(({ service }) => service.stop()));
    await this.balancer.close();
  }

  /** @returns undefined when the task did not become healthy; it is stopped again */
  async #startHealthy(version: Version): Promise<Task | undefined> {
    const service = await startService(this.#tables, {
      [environment.drainSeconds]: String(this.#timings.drainSeconds),
      ...version.variables,
    });
    const name = `${version.name}-${++this.#started}`;
    const task: Task = { name, service, target: this.balancer.register(name, service.url) };
    this.#tasks.push(task);
    const { healthCheckGracePeriod, healthCheckInterval, unhealthyThreshold } = this.#timings;
    const patience = healthCheckGracePeriod + healthCheckInterval * unhealthyThreshold;
    if (await this.balancer.reaches(task.target, 'healthy', patience)) return task;
    await this.#stop(task);
    return undefined;
  }

  /** As ECS does it in a release: first the balancer, then, after the delay, the process. */
  async #stop(task: Task): Promise<void> {
    this.#tasks = this.#tasks.filter((other) => other !== task);
    await this.balancer.deregister(task.target);
    await this.#end(task);
  }

  async #end({ name, service }: Task): Promise<void> {
    service.process.kill('SIGTERM');
    const killing = new AbortController();
    void sleep(this.#timings.stopTimeout, undefined, { signal: killing.signal, ref: false }).then(
      () => service.process.kill('SIGKILL'),
      () => {},
    );
    const how = await service.ended;
    killing.abort();
    this.#ends.push(how);
    if (how !== 0) this.#show(`${name} ended with ${how}`);
  }
}
