// Fixtures that every test run shares: the emulator, started on first use and stopped at the end.
import { killChildren, stopEmulator } from './support/emulator.ts';

export const mochaHooks = {
  async afterAll(): Promise<void> {
    await stopEmulator();
    killChildren();
  },
};
