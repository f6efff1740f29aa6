// What the tests of a process share: the emulator, started on first use and stopped at the end, in a run of several
// processes at the end of each file.
import { killChildren, stopEmulator } from './support/emulator.ts';

export const mochaHooks = {
  async afterAll(): Promise<void> {
    await stopEmulator();
    killChildren();
  },
};
