// What the tests of a process share: the emulator, started on first use and stopped at the end.
import { killChildren, stopEmulator } from './support/emulator.ts';
import { inWorker } from './support/worker.ts';

export const mochaHooks = {
  /** At the end of the run. A worker calls it after each file, and goes on with its emulator; children end with it. */
  async afterAll(): Promise<void> {
    if (inWorker) return;
    await stopEmulator();
    killChildren();
  },
};
