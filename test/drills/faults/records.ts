import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { knownRate, type Seeded } from '../../support/fault-world.ts';
import { type Answer, type Caller, Possible } from './caller.ts';

/** What all callers together have made: answered, and perhaps. */
export class Made {
  readonly ids = new Set<string>();
  unsure = 0;
}

/** What is shared by all callers of a drill. */
export interface Shared {
  readonly uploads: Made;
  readonly scans: Made;
  readonly jobs: Made;
  /** Versions that were given out for a saved string, and how many writes may have been done beside. */
  readonly versions: Set<number>;
  unsureVersions: number;
  /** How many lists were read: each in turn. */
  lists: number;
}

const repository_url = 'https://github.com/a/b';

/** The string, files, scans and jobs, and what is only read. */
export class RecordsModel {
  readonly #caller: Caller;
  readonly #shared: Shared;
  readonly #seeded: Seeded;
  readonly #retries = new Possible(0);
  #version = 0;

  constructor(caller: Caller, shared: Shared, seeded: Seeded) {
    this.#caller = caller;
    this.#shared = shared;
    this.#seeded = seeded;
  }

  async saveString(): Promise<void> {
    const answer = await this.#caller.send('PUT', '/api/v1/page', { payload: { string: randomUUID() } });
    if (answer.statusCode === 503) this.#shared.unsureVersions++;
    if (answer.statusCode !== 200) return;
    const { version } = answer.json() as { version: number };
    this.#caller.check(answer, !this.#shared.versions.has(version), 'a version that another write has made');
    this.#shared.versions.add(version);
    this.#version = Math.max(this.#version, version);
  }

  async readString(): Promise<void> {
    await this.#caller.send('GET', '/page');
    const answer = await this.#caller.send('GET', '/api/v1/page');
    if (answer.statusCode !== 200) return;
    const { version } = answer.json() as { version: number };
    this.#caller.check(answer, version >= this.#version, `is older than ${this.#version}`);
    this.#version = version;
  }

  async upload(): Promise<void> {
    const payload = { kind: 'prices', file_name: 'a.csv', size: this.#caller.pick([5, 9 * 2 ** 20]) };
    const answer = await this.#caller.send('POST', '/api/v1/uploads', { payload });
    const id = this.#made(this.#shared.uploads, answer, 201, 'ingest_id');
    if (id === undefined) return;
    const read = await this.#caller.insist('GET', `/api/v1/ingests/${id}`);
    this.#caller.check(read, read.json().state === 'awaiting_upload', 'but it was just announced');
    const renewed = await this.#caller.send('POST', `/api/v1/uploads/${id}/urls`, { payload: {} });
    this.#caller.check(renewed, [200, 503].includes(renewed.statusCode), 'but the file has not arrived');
    const parts = { payload: { parts: [{ part_number: 1, etag: 'a' }] } };
    const completed = await this.#caller.send('POST', `/api/v1/uploads/${id}/complete`, parts);
    this.#caller.check(completed, [400, 409, 503].includes(completed.statusCode), 'but it has no parts');
  }

  /** Each retry that was answered is counted, and none twice. */
  async retry(): Promise<void> {
    const answer = await this.#caller.send('POST', `/api/v1/ingests/${this.#seeded.failedIngest}/retry`);
    this.#caller.check(answer, [202, 503].includes(answer.statusCode), 'but the file waits for a retry');
    const isDone = answer.statusCode === 202;
    if (!isDone) this.#retries.write((count) => count + 1, false);
    const read = isDone
      ? answer
      : await this.#caller.insist('GET', `/api/v1/ingests/${this.#seeded.failedIngest}`);
    const retries = read.json().retries as number;
    const isRight = this.#retries.see((count) => count === (isDone ? retries - 1 : retries));
    this.#caller.check(read, isRight, `but there were ${this.#retries.states} retries before`);
    if (isDone) this.#retries.write(() => retries, true);
  }

  async scan(): Promise<void> {
    await this.#launch('/api/v1/scans', this.#shared.scans, { repository_url });
  }

  async job(): Promise<void> {
    const fetch = { kind: 'fetch', arguments: { repository_url } };
    await this.#launch('/api/v1/jobs', this.#shared.jobs, fetch);
  }

  /** Under a key it is made once, however often it is asked for; without one it is at the first answer. */
  async #launch(url: string, made: Made, payload: object): Promise<void> {
    if (this.#caller.random() < 0.5) {
      const answer = await this.#caller.send('POST', url, { payload });
      this.#made(made, answer, 202, 'id');
      return;
    }
    const headers = { 'idempotency-key': randomUUID() };
    const first = await this.#caller.insist('POST', url, { payload, headers });
    const id = this.#made(made, first, 202, 'id');
    const again = await this.#caller.insist('POST', url, { payload, headers });
    this.#caller.check(again, again.json().id === id, `is not ${id}, which the key stands for`);
    const read = await this.#caller.insist('GET', `${url}/${id}`);
    this.#caller.check(read, read.statusCode === 200, 'but it was accepted');
  }

  #made(made: Made, answer: Answer, status: number, field: string): string | undefined {
    this.#caller.check(answer, [status, 503].includes(answer.statusCode), 'is no answer to this');
    if (answer.statusCode === 503) made.unsure++;
    if (answer.statusCode !== status) return undefined;
    const id = answer.json()[field] as string;
    made.ids.add(id);
    return id;
  }

  async read(): Promise<void> {
    const rates = await this.#caller.send('GET', knownRate.path);
    const isKnown = rates.statusCode === 503 || isDeepStrictEqual(rates.json().rates, knownRate.rates);
    this.#caller.check(rates, isKnown, 'is another price');
    const scan = await this.#caller.send('GET', `/api/v1/scans/${this.#seeded.endedScan}`);
    const found = scan.statusCode === 503 || scan.json().findings.items.length === 1;
    this.#caller.check(scan, found, 'is not the one finding');
    const lists = ['users', 'players', 'ingests', 'scans', 'job-kinds', 'vitals'].map(
      (list) => `/api/v1/${list}`,
    );
    const all = [...lists, '/livez', '/healthz', '/readyz'];
    const url = all[this.#shared.lists++ % all.length] as string;
    const answer = await this.#caller.send('GET', url);
    this.#caller.check(answer, [200, 503].includes(answer.statusCode), 'is no answer to this');
    const report = { payload: { page: 'home', vitals: [], requests: [] } };
    const told = await this.#caller.send('POST', '/api/v1/vitals', report);
    this.#caller.check(told, told.statusCode === 202, 'but it needs no database');
  }
}
