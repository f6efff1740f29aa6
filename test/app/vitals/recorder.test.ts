import { expect } from 'chai';
import { createRecorder, slotMinutes } from '../../../app/vitals/recorder.ts';
import type { SeriesMap } from '../../../app/vitals/series.ts';
import type { StoredSlot, VitalsStore } from '../../../app/vitals/store.ts';

describe('the recorder', () => {
  const slot = slotMinutes * 60_000;
  /** A store in memory that copies, as a database does, and fails when told to. */
  class MemoryStore implements VitalsStore {
    readonly slots = new Map<string, StoredSlot>();
    broken = false;
    async write(start: number, process: string, series: SeriesMap) {
      if (this.broken) throw new Error('away');
      this.slots.set(`${start} ${process}`, { start, process, series: structuredClone(series) });
    }
    async read(from: number) {
      return [...this.slots.values()].filter(({ start }) => start >= from);
    }
  }
  const count = async (recorder: ReturnType<typeof createRecorder>) =>
    (await recorder.read(0)).map(({ start, series }) => [start / slot, series.get('vital a')?.count]);

  it('loses nothing when a write fails, and counts nothing twice', async () => {
    const store = new MemoryStore();
    let now = 10 * slot;
    const recorder = createRecorder(store, 'p', () => now);
    const observe = () => recorder.observe('vital', 'a', { value: 1 });
    observe();
    store.broken = true;
    await recorder.flush().catch(() => {});
    now += slot;
    observe();
    expect(await count(recorder)).to.deep.equal([
      [10, 1],
      [11, 1],
    ]);
    store.broken = false;
    await recorder.flush();
    await recorder.flush();
    observe();
    const both = [
      [10, 1],
      [11, 2],
    ];
    expect(await count(recorder)).to.deep.equal(both);
    await recorder.flush();
    expect(await count(createRecorder(store, 'another', () => now))).to.deep.equal(both);
  });

  it('counts a status that HTTP does not know as its class', async () => {
    const recorder = createRecorder(new MemoryStore(), 'p');
    for (let status = 0; status < 600; status++) recorder.observe('browser', 'GET /', { value: 1, status });
    const [only] = await recorder.read(0);
    const statuses = only?.series.get('browser GET /')?.statuses ?? {};
    expect(Object.keys(statuses).length).to.be.below(70);
    expect(Object.values(statuses).reduce((sum, count) => sum + count, 0)).to.equal(600);
    expect(statuses).to.include({ 0: 100, 404: 1, 503: 1 }).and.not.have.any.keys('99', '299', '599');
  });

  it('writes the other slots when one cannot be written', async () => {
    class Choosy extends MemoryStore {
      override async write(start: number, process: string, series: SeriesMap) {
        if (start === 10 * slot) throw new Error('too large');
        await super.write(start, process, series);
      }
    }
    const store = new Choosy();
    let now = 10 * slot;
    const recorder = createRecorder(store, 'p', () => now);
    recorder.observe('vital', 'a', { value: 1 });
    now += slot;
    recorder.observe('vital', 'a', { value: 1 });
    expect(await recorder.flush().catch((error: Error) => error.message)).to.equal('too large');
    expect([...store.slots.keys()]).to.deep.equal([`${11 * slot} p`]);
  });

  it('takes reports again when time has passed', () => {
    let now = 0;
    const recorder = createRecorder(new MemoryStore(), 'p', () => now);
    const admitted = () => Array.from({ length: 300 }, () => recorder.admit()).filter(Boolean).length;
    expect(admitted()).to.equal(100);
    expect(admitted()).to.equal(0);
    now += 1000;
    expect(admitted()).to.equal(50);
    now += 3_600_000;
    expect(admitted()).to.equal(100);
  });
});
