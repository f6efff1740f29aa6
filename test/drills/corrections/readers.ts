import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { killWithThisProcess } from '../../support/emulator.ts';
import { days } from '../../support/history.ts';

export interface Target {
  readonly endpoint: string;
  readonly table: string;
}

export interface Reading {
  readonly lane: string;
  /** Milliseconds since 1970. */
  readonly asked: number;
  readonly answered: number;
  readonly cells: readonly (readonly [day: string, cell: string])[];
}

/** What readers may see from the beginning of a step to the end of the next. */
export interface Version {
  readonly cells: ReadonlyMap<string, string>;
  readonly ended: number;
  /** Whether the step made more than one change, or removed what the readers of earlier versions need. */
  readonly isUnclear: boolean;
}

/**
 * Processes that read while a history takes place.
 * @param stores modules with the store that each of them reads with; undefined for this release's
 */
export async function startReaders(stores: readonly (string | undefined)[]) {
  const path = fileURLToPath(new URL('reader.ts', import.meta.url));
  const readers = stores.map((store) => fork(path, store === undefined ? [] : [store]));
  for (const reader of readers) killWithThisProcess({ process: reader });
  let readings: Reading[] = [];
  for (const reader of readers)
    reader.on('message', (message: Reading | 'stopped') => {
      if (message !== 'stopped') readings.push(message);
    });

  async function stopReading(reader: ChildProcess): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      const listen = (message: unknown) => {
        if (message !== 'stopped') return;
        reader.off('message', listen);
        resolve();
      };
      reader.on('message', listen);
    });
    reader.send('stop');
    await stopped;
  }

  return {
    begin: (target: Target) => {
      readings = [];
      for (const reader of readers) reader.send(target);
    },
    end: async (): Promise<readonly Reading[]> => {
      await Promise.all(readers.map(stopReading));
      return readings;
    },
    close: async () => {
      for (const reader of readers) {
        reader.kill();
        await once(reader, 'exit');
      }
    },
  };
}

/** @returns the readings that no version explains, and the number of those that were judged */
export function judge(readings: readonly Reading[], versions: readonly Version[]) {
  const torn: string[] = [];
  let judged = 0;
  for (const { lane, asked, answered, cells } of readings) {
    const began = (step: number) => versions[step - 1]?.ended ?? 0;
    const ended = (step: number) => versions[step]?.ended ?? Number.POSITIVE_INFINITY;
    const steps = [...versions.keys()].filter(
      (step) => began(step) <= answered + 1 && asked - 1 <= ended(step),
    );
    if (steps.some((step) => versions[step]?.isUnclear)) continue;
    judged++;
    const seen = textOf(new Map(cells.map(([day, cell]) => [`${lane} ${day}`, cell])), lane);
    const possible = [...versions.entries()]
      .filter(([step]) => began(step) <= answered + 1 && asked - 1 <= ended(step + 1))
      .map(([, version]) => textOf(version.cells, lane));
    if (!possible.includes(seen)) torn.push(`${lane}: ${seen}, not one of ${possible.join(' | ')}`);
  }
  return { torn, judged };
}

function textOf(cells: ReadonlyMap<string, string>, lane: string): string {
  return days.map((day) => cells.get(`${lane} ${day}`) ?? 'none').join(', ');
}
