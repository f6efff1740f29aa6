import type { ChildProcess } from 'node:child_process';
import { type DynamoDBEmulator, startDynamoDB } from '../../local/aws/dynamodb.ts';

let shared: Promise<DynamoDBEmulator> | undefined;

/** The test run's emulator: started by whoever asks first, forgotten with the run. */
export async function emulator(): Promise<DynamoDBEmulator> {
  shared ??= startDynamoDB().then(killWithThisProcess);
  return shared;
}

export async function stopEmulator(): Promise<void> {
  await (await shared)?.stop();
  shared = undefined;
}

const children = new Set<ChildProcess>();
process.once('exit', killChildren);

/** Ends what a failed test left running, for which the test run would otherwise wait for ever. */
export function killChildren(): void {
  for (const child of children) child.kill('SIGKILL');
}

/** An interrupted run must not leave processes behind. */
export function killWithThisProcess<T extends { process: ChildProcess }>(started: T): T {
  children.add(started.process);
  started.process.once('exit', () => children.delete(started.process));
  return started;
}
