// What the tests of a process share: the emulator, started on first use and stopped at the end.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killChildren, stopEmulator } from './support/emulator.ts';
import { inWorker } from './support/worker.ts';

// Hundreds of processes load the same modules; this saves each of them two thirds of the time that it takes to start.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache');

export const mochaHooks = {
  /** At the end of the run. A worker calls it after each file, and goes on with its emulator; children end with it. */
  async afterAll(): Promise<void> {
    if (inWorker) return;
    await stopEmulator();
    killChildren();
  },
};
