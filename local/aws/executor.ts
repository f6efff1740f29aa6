import { randomUUID } from 'node:crypto';
import { ExecutionError, StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { type Json, markJsonTexts, writeJsonTexts } from './json-texts.ts';

export type { Json };

/** Does the work of a Task state's resource. @throws an error with the `name` that Step Functions would report */
export type Service = (parameters: Json) => Promise<Json>;

export interface States {
  readonly [name: string]: { readonly Type: string; readonly ItemProcessor?: { readonly States: States } };
}

export interface ExecutorOptions {
  readonly name: string;
  readonly definition: { readonly States: States; readonly TimeoutSeconds: number };
  /** The services by the `Resource` of the Task states that call them. */
  readonly services: Readonly<Record<string, Service>>;
  /** Milliseconds before every retry and of every wait, in place of the definition's pauses. */
  readonly retryPause?: number;
  /** Called for every execution that begins. */
  readonly started?: (execution: Execution) => void;
  /** Called for every execution that has ended. */
  readonly ended?: (execution: Execution, end: End) => void;
}

export interface End {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  /** The last state that the execution entered. */
  readonly state: string;
  /** All states that the execution entered, in order. */
  readonly path: readonly string[];
}

export interface Execution {
  readonly arn: string;
  readonly input: Json;
  readonly startedAt: Date;
  /** Resolves when the execution has ended, in any way; never rejects. */
  readonly ended: Promise<End>;
}

export interface Executor {
  readonly stateMachineArn: string;
  /** Executions that have not ended. */
  readonly running: ReadonlySet<Execution>;
  /** @throws an error with the name ExecutionAlreadyExists when a running execution has this name and another input. */
  start(input: Json, name?: string): Execution;
  /** Aborts the running executions, and waits for the calls that they have sent: what they write is there afterwards,
   * so that the next run does not take their claims for those of executions that live. */
  stop(): Promise<void>;
}

/** Node's timers wait for at most 24 days. A longer one would fire at once and end the execution. */
const maxTimeoutSeconds = Math.floor((2 ** 31 - 1) / 1000);

const account = 'arn:aws:states:us-east-1:000000000000';

export const stateMachineArn = (name: string) => `${account}:stateMachine:${name}`;

/** Executes a definition in this process's memory. Executions that have not ended are lost when the process ends. */
export function createExecutor({
  name,
  definition,
  services,
  retryPause,
  started,
  ended,
}: ExecutorOptions): Executor {
  const TimeoutSeconds = Math.min(definition.TimeoutSeconds, maxTimeoutSeconds);
  const machine = new StateMachine(
    markJsonTexts({ ...definition, TimeoutSeconds }) as StateMachineDefinition,
  );
  const tasks = allStates(definition.States).filter(([, state]) => state.Type === 'Task');
  const handlers = Object.fromEntries(
    tasks.map(([state, task]) => [state, serviceOf(state, (task as { Resource?: string }).Resource)]),
  );
  const pauses = (type: string) =>
    retryPause === undefined
      ? {}
      : Object.fromEntries(
          allStates(definition.States)
            .filter(([, { Type }]) => Type === type)
            .map(([state]) => [state, retryPause]),
        );
  const retryIntervalOverrides = pauses('Task');
  const waitTimeOverrides = pauses('Wait');
  const running = new Set<Execution>();
  const aborts = new Map<Execution, () => void>();
  const byName = new Map<string, Execution>();
  const calls = new Set<Promise<unknown>>();

  function serviceOf(state: string, resource = ''): Service {
    const service = services[resource];
    if (!service) throw new Error(`the laptop has no service ${resource}, which the state ${state} needs`);
    return (parameters) => {
      const call = service(writeJsonTexts(parameters));
      const settled = () => void calls.delete(call);
      calls.add(call);
      call.then(settled, settled);
      return call;
    };
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
      overrides: { taskResourceLocalHandlers: handlers, retryIntervalOverrides, waitTimeOverrides },
      context: contextOf(arn),
    });
    const execution: Execution = { arn, input, startedAt: new Date(), ended: follow(result, eventLogs) };
    running.add(execution);
    aborts.set(execution, abort);
    byName.set(executionName, execution);
    started?.(execution);
    void execution.ended.then((end) => {
      ended?.(execution, end);
      running.delete(execution);
      aborts.delete(execution);
      byName.delete(executionName);
    });
    return execution;
  }

  async function stop(): Promise<void> {
    for (const abort of aborts.values()) abort();
    await Promise.allSettled(calls);
  }

  return { stateMachineArn: stateMachineArn(name), running, start, stop };
}

/** All states, those within Map states included. Names are unique in the whole definition. */
function allStates(states: States): [string, States[string]][] {
  return Object.entries(states).flatMap(([name, state]) => [
    [name, state],
    ...(state.ItemProcessor ? allStates(state.ItemProcessor.States) : []),
  ]);
}

/** The part of the context object that the interpreter lacks. It has `Execution.Input` and `StartTime` itself. */
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
