import assert from 'node:assert/strict';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { RatesStore } from '../../app/rates/store.ts';
import { rollupKey, sweepDelaySeconds } from '../../contract/ingest.ts';
import type { Outcome } from '../../data/ledger/ingest.ts';
import type { IngestFile } from '../../jobs/ingest/job.ts';
import type { Limits } from '../../jobs/ingest/limits.ts';
import { seededRandom } from '../../local/commands/sample/random.ts';
import { judgePrices, Model, type ModelFile, type ModelRow, type Parents } from './history-model.ts';
import type { UploadOptions, World } from './ingest-jobs.ts';
import { outcomeOf } from './ingest-outcome.ts';
import { Killed, killer } from './killing.ts';
import { readTable } from './table-reading.ts';

export const allPorts = ['CNGGZ', 'CNSHA', 'EETLL', 'DEHAM', 'USNYC'];
export const allRegions = ['asia', 'china', 'europe', 'baltic'];
export const days = ['2021-01-05', '2021-01-31', '2021-02-01'];
const header = 'orig_code,dest_code,day,price\n';
/** Writes of a job after which it is killed at the latest; most jobs make fewer. */
const latestKill = 14;

export interface HistoryOptions {
  readonly seed: number;
  readonly steps: number;
  readonly world: World;
  /** The ingest job of an earlier release, which commits a part of the new prices. */
  readonly earlierJob?: string | undefined;
  /** Called after each step with all cells that readers may see from now on. */
  readonly onStep?: (cells: ReadonlyMap<string, string>, what: string) => void;
  /** Called before the sweep at the end. */
  readonly beforeEnd?: () => Promise<void>;
  readonly show?: (line: string) => void;
}

/**
 * Makes random uploads, replacements, retractions, lists of ports and regions, partial files, expired uploads and repeated
 * events, kills jobs at random writes and runs them again, and compares every cell with brute force after each step.
 * @returns the number of kills
 */
export async function runHistory({ seed, steps, world, show, ...hooks }: HistoryOptions): Promise<number> {
  const history = new History(seed, world);
  history.earlierJob = hooks.earlierJob;
  for (let step = 0; step < steps; step++) {
    const what = await history.step(step);
    show?.(`${step}: ${what}`);
    await history.check(`seed ${seed}, step ${step}: ${what}`);
    hooks.onStep?.(history.model.cells(), what);
  }
  await hooks.beforeEnd?.();
  await history.finish(`seed ${seed}, at its end`);
  return history.kills;
}

class History {
  readonly model: Model;
  readonly #files: Map<string, IngestFile>;
  readonly #world: World;
  readonly #random: () => number;
  readonly #limits: Partial<Limits>;
  /** A task that remembers what is committed. */
  readonly #store: RatesStore;
  kills = 0;
  earlierJob: string | undefined;

  constructor(seed: number, world: World, model = new Model(), files = new Map<string, IngestFile>()) {
    this.model = model;
    this.#files = files;
    this.#world = world;
    this.#random = seededRandom(seed);
    this.#limits = {
      lanes: this.#pick([2, 8, 64]),
      cells: this.#pick([8, 64, 4096]),
      spillBytes: this.#pick([0, 2 ** 20]),
    };
    this.#store = world.store();
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)] as T;
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  async step(step: number): Promise<string> {
    if (step === 0) return this.#list('regions');
    if (step === 1) return this.#list('ports');
    const settled = [...this.model.files.values()];
    const live = this.model.live();
    const roll = this.#random();
    if (roll < 0.15) return this.#list(this.#pick(['ports', 'regions']));
    if (roll < 0.25 && live.length > 0) return this.#lose(this.#pick(live));
    if (roll < 0.36 && live.length > 0) return this.#retract(this.#pick(live));
    if (roll < 0.46 && settled.length > 0) return this.#again(this.#pick(settled));
    if (roll < 0.56) return this.#together();
    if (roll < 0.6) return this.#sweep(this.#pick([1, 2]));
    const replaces = this.#chance(0.4) && settled.length > 0 ? this.#pick(settled).id : undefined;
    const old = this.#chance(0.3) && settled.length > 0 ? this.#pick(settled) : undefined;
    const rows = old?.rows ?? this.#rows();
    return this.#prices(rows, { partial: this.#chance(0.4), ...(replaces ? { replaces } : {}) });
  }

  /** A list of regions beside a file of prices or a retraction: each comes to its end, whichever is the first. */
  async #together(): Promise<string> {
    const fork = () => new History(this.#random() * 2 ** 32, this.#world, this.model, this.#files);
    const [one, other] = [fork(), fork()];
    other.earlierJob = this.earlierJob;
    const live = this.model.live();
    const known = [...this.model.ports.keys()];
    const correction =
      live.length > 0 && this.#chance(0.6)
        ? other.#retract(this.#pick(live))
        : other.#prices(other.#rows(known), { partial: false });
    const ends = await Promise.all([one.#list('regions', false), correction]);
    this.kills += one.kills + other.kills;
    return ends.join(' beside ');
  }

  #rows(of?: readonly string[]): ModelRow[] {
    const isGood = of !== undefined || this.#chance(0.7);
    const known = of ?? allPorts.filter((port) => !isGood || this.model.ports.has(port));
    return Array.from({ length: 1 + Math.floor(this.#random() * 8) }, () => {
      const orig = this.#pick(known);
      const dest = this.#pick(known.filter((port) => port !== orig));
      const isBad = !isGood && this.#chance(0.1);
      const units = isBad ? undefined : (1 + Math.floor(this.#random() * 99)) * 10_000;
      return { orig, dest, day: this.#pick(days), units };
    });
  }

  async #prices(rows: readonly ModelRow[], options: UploadOptions): Promise<string> {
    const body = header + rows.map(lineOf).join('');
    const file = await this.#world.upload('prices', body, options);
    this.#files.set(file.id, file);
    const entry: ModelFile = { id: file.id, body, rows, accepted: [], state: 'rejected' };
    this.model.files.set(file.id, entry);
    // An earlier job takes what was retracted for a duplicate, so it gets new content alone.
    const isNew = [...this.model.files.values()].every((one) => one === entry || one.body !== body);
    const isEarlier = this.earlierJob && isNew && !options.replaces && this.#chance(0.5);
    await this.#run(entry, isEarlier ? this.earlierJob : undefined);
    return `${isEarlier ? 'by an earlier job: ' : ''}prices of ${rows.length} rows ${JSON.stringify(options)}: ${entry.state}`;
  }

  /** Runs a file of prices, and follows it in the model. */
  async #run(entry: ModelFile, earlierJob?: string): Promise<void> {
    const file = this.#files.get(entry.id) as IngestFile;
    const outcome = earlierJob ? await this.#byEarlier(file, earlierJob) : await this.#killed(file, 'ingest');
    if (!outcome) return;
    const { partial, replaces } = file;
    const fault = judgePrices(this.model, entry, { partial, replaces }, outcome);
    assert.equal(fault, undefined, `${file.id}: ${fault}`);
    const same = this.model.liveWith(entry.body);
    if (outcome.state === 'committed' && outcome.duplicate_of === undefined) {
      for (const old of [same, replaces === undefined ? undefined : this.model.files.get(replaces)])
        if (old && old !== entry) old.state = 'replaced';
      entry.accepted = entry.rows.filter((row) => this.model.isGood(row));
    }
    entry.state = outcome.state;
    entry.duplicateOf = outcome.duplicate_of;
  }

  /** An event that comes again, or a retry of what is retryable. */
  async #again(entry: ModelFile): Promise<string> {
    const { ledger } = this.#world;
    if (this.#chance(0.3)) {
      const record = await ledger.read(entry.id);
      assert.equal(await ledger.run(entry.id, 'test').start(), undefined, `${entry.id} is ${record?.state}`);
      return `a second event of a file that is ${entry.state}`;
    }
    const isExpired = !(await this.#world.exists(this.#files.get(entry.id) as IngestFile));
    if (isExpired || !(await ledger.requeue(entry.id))) return 'no retry of what is settled or gone';
    await this.#world.claim(entry.id);
    await this.#run(entry);
    return `a retry of a file: ${entry.state}`;
  }

  async #retract(entry: ModelFile): Promise<string> {
    const file = this.#files.get(entry.id) as IngestFile;
    assert.ok(await this.#world.ledger.requestRetraction(entry.id, 'history'));
    await this.#world.claim(entry.id);
    await this.#killed(file, 'retraction');
    entry.state = 'retracted';
    return `retraction of ${entry.rows.length} rows`;
  }

  /** An upload that expires, or a batch whose rollup object is missing, as those of an earlier release are. */
  async #lose({ id }: ModelFile): Promise<string> {
    const isUpload = this.#chance(0.5);
    const { key } = this.#files.get(id) as IngestFile;
    const { batch = '' } = (await this.#world.ledger.read(id)) ?? {};
    const Key = isUpload ? key : rollupKey(batch);
    await this.#world.s3.send(new DeleteObjectCommand({ Bucket: this.#world.bucket, Key }));
    return isUpload ? 'an upload expires' : 'a rollup object is missing';
  }

  async #list(kind: 'ports' | 'regions', complete = this.#chance(0.4)): Promise<string> {
    const isFirst = this.model[kind].size === 0;
    const names = kind === 'ports' ? allPorts : allRegions;
    const named = names.filter(() => isFirst || this.#chance(0.7));
    const rows = named.map((name): [string, string | undefined] => [name, this.#parent(kind, name)]);
    if (rows.length === 0 || (isFirst && kind === 'ports')) rows.splice(4);
    if (rows.length === 0) return 'no list';
    const column = kind === 'ports' ? 'code' : 'slug';
    const text = rows.map(([name, parent]) => `${name},${name},${parent ?? ''}\n`).join('');
    const body = `${column},name,parent_slug\n${text}`;
    const file = await this.#world.upload(kind, body, { complete });
    this.#files.set(file.id, file);
    const next: Parents = new Map([...(complete ? [] : this.model[kind]), ...rows]);
    const gone = [...this.model[kind].keys()].filter((name) => !next.has(name));
    const isRefused = this.model.used(kind, gone).length > 0 || (kind === 'regions' && hasFault(next));
    const outcome = await this.#killed(file, 'ingest');
    assert.equal(outcome?.state, isRefused ? 'rejected' : 'committed', `${body}: ${outcome?.reason}`);
    if (!isRefused) this.model[kind] = next;
    return `${complete ? 'all' : 'some'} ${kind}: ${outcome?.state}`;
  }

  #parent(kind: 'ports' | 'regions', name: string): string | undefined {
    const above = kind === 'ports' ? allRegions : allRegions.slice(0, allRegions.indexOf(name));
    return this.#chance(0.25) ? undefined : above.length === 0 ? undefined : this.#pick(above);
  }

  /** @param delays how often readers may have had their time by then */
  async #sweep(delays: number): Promise<string> {
    const { segments, drafts, lists } = await this.#world.sweep(delays * (sweepDelaySeconds + 1) * 1000);
    return `a sweep of ${segments} segments, ${drafts} drafts and ${lists} lists`;
  }

  /** Runs a job that is killed at some of its writes until it ends. */
  async #killed(file: IngestFile, task: 'ingest' | 'retraction'): Promise<Outcome | undefined> {
    for (;;) {
      const isCalm = this.#chance(0.5);
      const { through } = killer(
        isCalm ? Number.POSITIVE_INFINITY : Math.floor(this.#random() * latestKill),
        this.#chance(0.5),
      );
      try {
        return await this.#world.runAsJob(file, task, { limits: this.#limits, through });
      } catch (error) {
        if (!isKill(error)) throw error;
        this.kills++;
      }
    }
  }

  async #byEarlier(file: IngestFile, program: string): Promise<Outcome | undefined> {
    const { ended, output } = this.#world.spawn(file, {}, program);
    assert.equal(await ended, 0, output());
    return outcomeOf(await this.#world.ledger.read(file.id));
  }

  async check(where: string): Promise<void> {
    const expected = this.model.cells();
    const { cells } = await readTable(this.#world);
    assert.deepEqual(sorted(cells), sorted(expected), where);
    for (const { id, state, duplicateOf } of this.model.files.values()) {
      const record = await this.#world.ledger.read(id);
      assert.deepEqual([record?.state, record?.duplicate_of], [state, duplicateOf], `${where}, ${id}`);
    }
    const [orig, dest] = this.#pick([...expected.keys(), 'CNGGZ EETLL']).split(' ') as [string, string];
    const read = await this.#store.read({ from: days[0] as string, to: days[2] as string, orig, dest });
    const quotes = 'quotes' in read ? read.quotes : new Map();
    for (const day of days) {
      const quote = quotes.get(day);
      const text = quote && `${quote.count} ${quote.sum}`;
      assert.equal(text, expected.get(`${orig} ${dest} ${day}`), `${where}, ${orig} ${dest} ${day}`);
    }
  }

  async finish(where: string): Promise<void> {
    // Each sweep dates what it finds to be unused, and the one after it removes that.
    await this.#sweep(2);
    await this.#sweep(4);
    assert.deepEqual((await readTable(this.#world)).dead, [], where);
    await this.check(where);
  }
}

function lineOf({ orig, dest, day, units }: ModelRow): string {
  return `${orig},${dest},${day},${units === undefined ? 'none' : units / 10_000}\n`;
}

/** Regions whose parents are not there, or lead in a circle. */
function hasFault(regions: Parents): boolean {
  return [...regions].some(([name, parent]) => {
    for (let at = parent, steps = 0; at !== undefined; at = regions.get(at), steps++)
      if (!regions.has(at) || at === name || steps > regions.size) return true;
    return false;
  });
}

function isKill(error: unknown): boolean {
  return error instanceof Killed || (error instanceof Error && error.cause instanceof Killed);
}

function sorted(cells: ReadonlyMap<string, string>): [string, string][] {
  return [...cells].sort();
}
