import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../local/commands/sample/random.ts';
import { type Cell, type DrillFile, drillFiles, expectedCells, portsFile, regionsFile } from './files.ts';
import { System, type Victim } from './system.ts';

export interface DrillOptions {
  readonly seed: number;
  readonly files: number;
  /** Of them: the same content as others, under other names. */
  readonly copies: number;
  /** Of them: files that no job survives before the fix. */
  readonly poison: number;
  readonly kills: number;
  /** Each event is delivered 1 to this many times. */
  readonly maxDeliveries: number;
  readonly show: (line: string) => void;
}

/** What a run came to; two runs over the same files must not differ in it. */
export interface FinalState {
  /** By file name. */
  readonly files: Readonly<Record<string, string>>;
  readonly rates: Readonly<Record<string, Cell>>;
  /** Names of the files in the failure queue. */
  readonly failures: readonly string[];
}

export interface DrillResult {
  readonly beforeFix: FinalState;
  readonly afterFix: FinalState;
  /** What the rates must be, before and after. */
  readonly expected: { readonly beforeFix: FinalState['rates']; readonly afterFix: FinalState['rates'] };
  readonly kills: Readonly<Record<Victim, number>>;
  /** How often readers got an answer, and those answers that no set of whole files explains. */
  readonly readings: number;
  readonly torn: readonly string[];
}

interface Ingest {
  readonly id: string;
  readonly file_name: string;
  readonly state: string;
  readonly rows_read: number;
  readonly rows_accepted: number;
}

/** Longest pause before a kill, in milliseconds: about what a job takes. */
const maxPause = 600;

/**
 * Uploads files while processes are killed at random, and readers look on; waits for the end; then fixes the cause of
 * the failures and retries them.
 */
export async function drill(options: DrillOptions): Promise<DrillResult> {
  const files = drillFiles(options);
  const random = seededRandom(options.seed + 1);
  const system = new System(options);
  await system.start();
  try {
    for (const [kind, content] of [
      ['regions', regionsFile],
      ['ports', portsFile],
    ] as const)
      await settled(system, [await upload(system, kind, `${kind}.csv`, content)]);

    const reader = startReader(system, files);
    const uploads: Promise<string>[] = [];
    const kills = { job: 0, runner: 0, service: 0 };
    for (const [index, file] of files.entries()) {
      uploads.push(upload(system, 'prices', file.name, file.content));
      const due = Math.round(((index + 1) * options.kills) / files.length);
      while (kills.job + kills.runner + kills.service < due) {
        await sleep(random() * maxPause);
        const victim = (['job', 'runner', 'service'] as const)[Math.floor(random() * 3)] as Victim;
        if (await system.kill(victim)) kills[victim]++;
      }
      options.show(
        `${file.name}: ${kills.job} jobs, ${kills.runner} runners, ${kills.service} services killed`,
      );
    }

    const ids = await Promise.all(uploads);
    const ends = await settled(system, ids);
    const beforeFix = await finalState(system, ends, files);
    writeFileSync(system.fixed, '');
    const failed = ends.filter(({ state }) => state === 'failed');
    for (const { id } of failed) await system.call('POST', `/api/v1/ingests/${id}/retry`);
    const afterFix = await finalState(system, await settled(system, ids), files);
    const { readings, torn } = await reader.stop();
    const whole = expectedCells(files);
    const healthy = expectedCells(files.filter(({ isPoison }) => !isPoison));
    const expected = { beforeFix: cells(files, healthy), afterFix: cells(files, whole) };
    return { beforeFix, afterFix, expected, kills, readings, torn };
  } finally {
    await system.stop();
  }
}

async function upload(system: System, kind: string, file_name: string, content: string): Promise<string> {
  const body = { kind, file_name, size: Buffer.byteLength(content) };
  const answer = await system.call('POST', '/api/v1/uploads', body);
  if (answer.status !== 201)
    throw new Error(`the upload of ${file_name} was refused: ${JSON.stringify(answer)}`);
  const { ingest_id, upload_url } = answer.body as { ingest_id: string; upload_url: string };
  await system.put(upload_url, content);
  return ingest_id;
}

/** Waits until all of them have come to an end. */
async function settled(system: System, ids: readonly string[]): Promise<Ingest[]> {
  const ends: Ingest[] = [];
  for (const id of ids) {
    for (;;) {
      const ingest = (await system.call('GET', `/api/v1/ingests/${id}`)).body as Ingest;
      if (['committed', 'rejected', 'failed'].includes(ingest.state)) {
        ends.push(ingest);
        break;
      }
      await sleep(50);
    }
  }
  return ends;
}

async function finalState(
  system: System,
  ends: readonly Ingest[],
  files: readonly DrillFile[],
): Promise<FinalState> {
  const names = new Map(ends.map(({ id, file_name }) => [id, file_name]));
  // The queue hears of a failure a moment after the ledger does.
  const failed = ends.filter(({ state }) => state === 'failed');
  let queued = await system.failures();
  while (failed.some(({ id }) => !queued.some(({ ingest_id }) => ingest_id === id))) {
    await sleep(50);
    queued = await system.failures();
  }
  return {
    files: Object.fromEntries(
      ends
        .map((end): [string, string] => [
          end.file_name,
          `${end.state} ${end.rows_read} read ${end.rows_accepted} accepted`,
        ])
        .sort(),
    ),
    rates: cells(files, await readRates(system, files)),
    failures: queued.map(({ ingest_id }) => names.get(ingest_id) ?? ingest_id).sort(),
  };
}

function cells(files: readonly DrillFile[], rates: ReadonlyMap<string, Cell>): Record<string, Cell> {
  const days = [...new Set(files.map(({ day }) => day))].sort();
  return Object.fromEntries(days.map((day) => [day, rates.get(day) ?? { price: null, count: null }]));
}

async function readRates(system: System, files: readonly DrillFile[]): Promise<Map<string, Cell>> {
  const days = files.map(({ day }) => day).sort();
  const range = `date_from=${days[0]}&date_to=${days.at(-1)}`;
  const { body } = await system.call('GET', `/rates?${range}&orig_code=east&dest_code=west`);
  const { rates } = body as { rates: (Cell & { day: string })[] };
  return new Map(rates.map(({ day, price, count }) => [day, { price, count }]));
}

/** Reads as fast as it is answered: every cell must be empty or that of a whole file. */
function startReader(system: System, files: readonly DrillFile[]) {
  const whole = expectedCells(files);
  const torn: string[] = [];
  let readings = 0;
  let stopped = false;
  const reading = (async () => {
    while (!stopped) {
      for (const [day, cell] of await readRates(system, files)) {
        const expected = whole.get(day);
        const isWhole = cell.count === expected?.count && cell.price === expected?.price;
        if (cell.count !== null && !isWhole) torn.push(`${day}: ${JSON.stringify(cell)}`);
      }
      readings++;
      await sleep(5);
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await reading;
      return { readings, torn };
    },
  };
}
