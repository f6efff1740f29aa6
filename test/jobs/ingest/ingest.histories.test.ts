import { runHistory } from '../../support/history.ts';
import { createWorld } from '../../support/ingest-jobs.ts';

const first = Number(process.env.HISTORY_SEED ?? 1);
const histories = Number(process.env.HISTORIES ?? 20);
const steps = Number(process.env.HISTORY_STEPS ?? 8);

describe('random histories of uploads and corrections, with jobs killed at random writes', () => {
  for (let seed = first; seed < first + histories; seed++) {
    it(`have right cells after every step and leave nothing dead, with the seed ${seed}`, async () => {
      const world = await createWorld();
      try {
        await runHistory({ seed, steps, world, ...(process.env.SHOW ? { show: console.log } : {}) });
      } finally {
        await world.close();
      }
    });
  }
});
