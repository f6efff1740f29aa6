import { randomUUID } from 'node:crypto';
import { ExecutionError, StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { type Json, markJsonTexts, writeJsonTexts } from './json-texts.ts';

export type { Json };

/** Does what a Task state's resource does. Throws errors whose `name` is the one that Step Functions would report. */
export type Service = (parameters: Json) => Promise<Json>;

export interface States {
  readonly [name: string]: { readonly Type: string; readonly ItemProcessor?: { readonly States: States } };
}

export interface ExecutorOptions {
  readonly name: string;
  readonly definition: { readonly States: States; readonly TimeoutSeconds: number };
  /** By the `Resource` of the Task states. */
  readonly services: Readonly<Record<string, Service>>;
  /** Milliseconds to pause before every retry, instead of what the definition says. */
  readonly retryPause?: number;
  /** Hears of every execution that has ended. */
  readonly ended?: (execution: Execution, end: End) => void;
}

export interface End {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  /** The state it ended in. */
  readonly state: string;
  /** All states it entered. */
  readonly path: readonly string[];
}

export interface Execution {
  readonly arn: string;
  readonly input: Json;
  readonly startedAt: Date;
  /** How it ended; never rejects. */
  readonly ended: Promise<End>;
}

export interface Executor {
  readonly stateMachineArn: string;
  /** Executions that have not ended. */
  readonly running: ReadonlySet<Execution>;
  /** @throws Error named ExecutionAlreadyExists when the name was used for another input. */
  start(input: Json, name?: string): Execution;
  /** Aborts what runs; no later state of it begins. */
  stop(): void;
}

/** Node's timers wait for 24 days at most; one that should wait longer is over at once, and would end the execution. */
const maxTimeoutSeconds = Math.floor((2 ** 31 - 1) / 1000);

const account = 'arn:aws:states:us-east-1:000000000000';

export const stateMachineArn = (name: string) => `${account}:stateMachine:${name}`;

/** Executes a definition in this process's memory: what has not ended when the process does is gone. */
export function createExecutor({ name, definition, services, retryPause, ended }: ExecutorOptions): Executor {
  const TimeoutSeconds = Math.min(definition.TimeoutSeconds, maxTimeoutSeconds);
  const machine = new StateMachine(
    markJsonTexts({ ...definition, TimeoutSeconds }) as StateMachineDefinition,
  );
  const tasks = allStates(definition.States).filter(([, state]) => state.Type === 'Task');
  const handlers = Object.fromEntries(
    tasks.map(([state, task]) => [state, serviceOf(state, (task as { Resource?: string }).Resource)]),
  );
  const retryIntervalOverrides =
    retryPause === undefined ? {} : Object.fromEntries(tasks.map(([state]) => [state, retryPause]));
  const running = new Set<Execution>();
  const aborts = new Map<Execution, () => void>();
  const byName = new Map<string, Execution>();

  function serviceOf(state: string, resource = ''): Service {
    const service = services[resource];
    if (!service) throw new Error(`nothing here does ${resource}, which the state ${state} needs`);
    return (parameters) => service(writeJsonTexts(parameters));
  }

  function start(input: Json, executionName: string = randomUUID()): Execution {
    const before = byName.get(executionName);
    if (before) {
      if (JSON.stringify(before.input) === JSON.stringify(input)) return before;
      throw Object.assign(new Error(`the execution ${executionName} exists with another input`), {
        name: 'ExecutionAlreadyExists',
      });
    }
    const arn = `${account}:execution:${name}:${executionName}`;
    const { result, abort, eventLogs } = machine.run(input, {
      overrides: { taskResourceLocalHandlers: handlers, retryIntervalOverrides },
      context: contextOf(arn),
    });
    const execution: Execution = { arn, input, startedAt: new Date(), ended: follow(result, eventLogs) };
    running.add(execution);
    aborts.set(execution, abort);
    byName.set(executionName, execution);
    void execution.ended.then((end) => {
      ended?.(execution, end);
      running.delete(execution);
      aborts.delete(execution);
      byName.delete(executionName);
    });
    return execution;
  }

  function stop(): void {
    for (const abort of aborts.values()) abort();
  }

  return { stateMachineArn: stateMachineArn(name), running, start, stop };
}

/** With those of Map states, whose names are unique in the whole definition. */
function allStates(states: States): [string, States[string]][] {
  return Object.entries(states).flatMap(([name, state]) => [
    [name, state],
    ...(state.ItemProcessor ? allStates(state.ItemProcessor.States) : []),
  ]);
}

/** The interpreter knows `Execution.Input` and `StartTime`; the rest of the context object is ours to supply. */
function contextOf(arn: string) {
  return {
    Execution: { Id: arn, Name: arn.slice(arn.lastIndexOf(':') + 1) },
    State: {
      get EnteredTime() {
        return new Date().toISOString();
      },
    },
  };
}

async function follow(
  result: Promise<unknown>,
  events: AsyncGenerator<{ type: string; state?: { name: string } }>,
): Promise<End> {
  const outcome = statusOf(result);
  const path: string[] = [];
  for await (const event of events)
    if (event.type === 'StateEntered' && event.state) path.push(event.state.name);
  return { status: await outcome, state: path.at(-1) ?? '', path };
}

async function statusOf(result: Promise<unknown>): Promise<End['status']> {
  try {
    await result;
    return 'SUCCEEDED';
  } catch (error) {
    return error instanceof ExecutionError ? 'FAILED' : 'ABORTED';
  }
}
