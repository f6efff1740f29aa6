import type { Client, Step } from './client.ts';

/** Prefix of the names of all users that a load test makes, so that people and dashboards recognise them. */
export const userPrefix = 'load-';

/** A user of this run. One journey at a time uses it, so that the journey knows what the service must answer. */
export interface LoadUser {
  readonly name: string;
  /** Last acknowledged value of each property; undefined after a write whose outcome is unknown. */
  readonly properties: Map<string, number | undefined>;
  /** Streams that may be held. */
  readonly streams: Set<string>;
}

/** Number of requests that are sent at once to prepare, verify and clean up. */
const parallel = 8;

/** The users of a run, from their creation to their deletion. */
export class Users {
  readonly #client: Client;
  readonly #all: LoadUser[] = [];
  readonly #free: LoadUser[] = [];

  constructor(client: Client) {
    this.#client = client;
  }

  /** @throws Error with the answer when one cannot be created; `remove` then still removes the others */
  async create(run: string, count: number): Promise<void> {
    const names = Array.from({ length: count }, (_, i) => `${userPrefix}${run}-${i}`);
    await inParallel(names, async (username) => {
      const user: LoadUser = { name: username, properties: new Map(), streams: new Set() };
      // Recorded first: a user may exist although the answer to its creation was lost.
      this.#all.push(user);
      const answer = await this.#client.ask({ method: 'POST', path: '/api/v1/users', body: { username } });
      if (answer.status !== 201)
        throw new Error(`user ${username} was not created: ${answer.status} ${answer.text}`);
      this.#free.push(user);
    });
  }

  take(): LoadUser | undefined {
    return this.#free.shift();
  }

  giveBack(user: LoadUser): void {
    this.#free.push(user);
  }

  /** Reads back the last acknowledged write of every property, and counts the streams.
   * @returns a problem for each value that is not the acknowledged one */
  async verify(): Promise<{ checked: number; problems: string[] }> {
    let checked = 0;
    const problems: string[] = [];
    await inParallel(this.#all, async ({ name, properties }) => {
      for (const [key, value] of properties) {
        if (value === undefined) continue;
        const { status, text } = await this.#client.ask({ method: 'GET', path: propertyPath(name, key) });
        checked++;
        if (status !== 200 || text !== String(value))
          problems.push(`lost write: ${name} ${key} is ${status} ${text}, acknowledged was ${value}`);
      }
      const { status, text } = await this.#client.ask({ method: 'GET', ...asViewer(name, '/streams') });
      const list = status === 200 ? (JSON.parse(text) as { active: number; limit: number }) : undefined;
      if (!list || list.active > list.limit) problems.push(`streams of ${name}: ${status} ${text}`);
    });
    return { checked, problems };
  }

  /** Releases the streams and deletes the users. @returns names of users that may still exist */
  async remove(): Promise<string[]> {
    const left: string[] = [];
    await inParallel(this.#all, async ({ name, streams }) => {
      try {
        for (const id of streams)
          await this.#client.ask({ method: 'DELETE', ...asViewer(name, `/streams/${id}`) });
        const { status } = await this.#client.ask({ method: 'DELETE', path: `/api/v1/users/${name}` });
        if (status !== 204) left.push(name);
      } catch {
        left.push(name);
      }
    });
    return left;
  }
}

export function propertyPath(user: string, key: string): string {
  return `/api/v1/users/${user}/properties/${key}`;
}

/** A request about the streams of a user. */
export function asViewer(user: string, path: string): Pick<Step, 'path' | 'headers'> {
  return { path: `/api/v1${path}`, headers: { 'x-viewer-id': user } };
}

/** After a failure it starts nothing more, and waits for the work under way: users made later would not be deleted. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      try {
        await work(item);
      } catch (error) {
        queue.length = 0;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: parallel }, worker));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}
