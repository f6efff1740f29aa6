import { merge, type Observation, observe, type SeriesMap, type Source, seriesOf } from './series.ts';
import type { VitalsStore } from './store.ts';

/** Minutes that one slot spans: a point in a chart. */
export const slotMinutes = 5;
const slotLength = slotMinutes * 60_000;
/** Reports that one process takes per second, and at once after a quiet time. Reports beyond these are counted and dropped. */
const reportsPerSecond = 50;
const burst = 100;

/** The measurements of one slot, over all processes. */
export interface Slot {
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly series: SeriesMap;
}

export interface Recorder {
  observe(source: Source, name: string, observation: Observation): void;
  /** Whether one more report of a page may be taken now. */
  admit(): boolean;
  /** Writes the slots that have changed. Their size depends on the number of routes and pages, not on the traffic. */
  flush(): Promise<void>;
  /** The slots from a time on, oldest first, this process's own up to now. */
  read(from: number): Promise<Slot[]>;
}

/** @param processId names this process among those that share the store */
export function createRecorder(
  store: VitalsStore,
  processId: string,
  clock: () => number = Date.now,
): Recorder {
  /** Slots that are not over, or have changed since they were written. */
  const own = new Map<number, { series: SeriesMap; changed: boolean }>();
  let tokens = burst;
  let refilled = clock();

  const startOf = (time: number) => Math.floor(time / slotLength) * slotLength;

  function record(source: Source, name: string, observation: Observation): void {
    const start = startOf(clock());
    let slot = own.get(start);
    if (!slot) {
      slot = { series: new Map(), changed: false };
      own.set(start, slot);
    }
    slot.changed = true;
    observe(seriesOf(slot.series, source, name), observation);
  }

  function admit(): boolean {
    const now = clock();
    tokens = Math.min(burst, tokens + ((now - refilled) / 1000) * reportsPerSecond);
    refilled = now;
    const admitted = tokens >= 1;
    if (admitted) tokens--;
    record('vital', admitted ? 'reports taken' : 'reports dropped', { value: 1 });
    return admitted;
  }

  async function flush(): Promise<void> {
    let failure: unknown;
    for (const [start, slot] of [...own]) {
      if (slot.changed) {
        slot.changed = false;
        try {
          await store.write(start, processId, slot.series);
        } catch (error) {
          // This slot is written again at the next flush; the others must not wait for it.
          slot.changed = true;
          failure ??= error;
        }
      }
      if (start < startOf(clock()) && !slot.changed) own.delete(start);
    }
    if (failure) throw failure;
  }

  async function read(from: number): Promise<Slot[]> {
    const slots = new Map<number, SeriesMap>();
    const include = (start: number, series: SeriesMap) => {
      const sum = slots.get(start) ?? new Map();
      slots.set(start, sum);
      for (const [key, value] of series) {
        const [source = '', name = ''] = split(key);
        merge(seriesOf(sum, source as Source, name), value);
      }
    };
    const current = new Map(own);
    for (const { start, process, series } of await store.read(from, clock())) {
      // This process has in memory what it wrote, and more.
      if (process !== processId || !current.has(start)) include(start, series);
    }
    for (const [start, { series }] of current) if (start >= startOf(from)) include(start, series);
    return [...slots].map(([start, series]) => ({ start, series })).sort((a, b) => a.start - b.start);
  }

  return { observe: record, admit, flush, read };
}

/** Splits `<source> <name>` at the first space. */
export function split(key: string): [string, string] {
  const space = key.indexOf(' ');
  return [key.slice(0, space), key.slice(space + 1)];
}
