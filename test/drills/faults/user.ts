import { type Answer, type Caller, Possible } from './caller.ts';

interface User {
  readonly name: string;
  readonly properties: Readonly<Record<string, number>>;
  /** Goals of the one season; undefined when nobody set any. */
  readonly goals: number | undefined;
}

interface Video {
  readonly url: string;
  readonly object: string;
  /** Whether its object was put into the bucket. */
  readonly isUploaded: boolean;
}

const json = { 'content-type': 'application/json' };
const isPublic = async (object: string) => (await fetch(object)).status === 200;

/** One user, with properties, stats and videos, whom one caller alone changes: it knows what each answer must be. */
export class UserModel {
  readonly #caller: Caller;
  readonly #name: string;
  readonly #bucket: string;
  readonly #user = new Possible<User | undefined>(undefined);
  #videos: Video[] = [];
  #count = 0;

  /** @param bucket where objects are public, past the proxies */
  constructor(caller: Caller, name: string, bucket: string) {
    this.#caller = caller;
    this.#name = name;
    this.#bucket = bucket;
  }

  get #url(): string {
    return `/api/v1/users/${this.#name}`;
  }

  /** A write: done when it was answered, perhaps done after a 503, and explained by some state otherwise. */
  #wrote(answer: Answer, done: readonly number[], change: (user: User) => User, of = 'user'): void {
    const { statusCode } = answer;
    const isSure = done.includes(statusCode);
    if (isSure) this.#explain(answer, (user) => user !== undefined);
    else if (statusCode !== 503) this.#explain(answer, (user) => statusCode === 404 && user === undefined);
    if (isSure || statusCode === 503) this.#user.write((user) => user && change(user), isSure, of);
  }

  #explain(answer: Answer, explains: (user: User | undefined) => boolean): void {
    this.#caller.check(answer, this.#user.see(explains), `fits none of ${JSON.stringify(this.#user.states)}`);
  }

  async create(): Promise<void> {
    const name = `${this.#count++}`;
    const limit = this.#caller.pick([{}, { stream_limit: 2 }]);
    const payload = { username: this.#name, name, ...limit };
    const answer = await this.#caller.send('POST', '/api/v1/users', { payload });
    const user: User = { name, properties: {}, goals: undefined };
    if (answer.statusCode === 201) {
      this.#explain(answer, (before) => before === undefined);
      this.#user.write(() => user, true, 'creation');
    } else if (answer.statusCode === 503) this.#user.write((before) => before ?? user, false, 'creation');
    else this.#explain(answer, (before) => answer.statusCode === 409 && before !== undefined);
  }

  async patch(): Promise<void> {
    const name = `${this.#count++}`;
    const payload = { name, ...this.#caller.pick([{}, { stream_limit: this.#count % 100 }]) };
    this.#wrote(await this.#caller.send('PATCH', this.#url, { payload }), [200], (user) => ({
      ...user,
      name,
    }));
  }

  async setProperty(): Promise<void> {
    const key = this.#caller.pick(['a', 'b', 'c']);
    const value = this.#count++;
    const url = `${this.#url}/properties/${key}`;
    const answer = await this.#caller.send('PUT', url, { payload: `${value}`, headers: json });
    this.#wrote(answer, [200, 201], (user) => ({
      ...user,
      properties: { ...user.properties, [key]: value },
    }));
  }

  async deleteProperty(): Promise<void> {
    const gone = this.#caller.pick(['a', 'b', 'c']);
    const answer = await this.#caller.send('DELETE', `${this.#url}/properties/${gone}`);
    this.#caller.check(answer, [204, 503].includes(answer.statusCode), 'is no answer to a deletion');
    this.#user.write(
      (user) => {
        if (!user) return user;
        const { [gone]: _, ...properties } = user.properties;
        return { ...user, properties };
      },
      answer.statusCode === 204,
      // The deletion of what is not there changes nothing, and ends nothing.
      answer.statusCode === 204 ? 'nothing' : 'user',
    );
  }

  async setStats(): Promise<void> {
    const goals = this.#count++ % 10_000;
    const payload = { seasons: [{ season: '2026', games: 1, minutes: 1, goals, assists: 0 }] };
    const answer = await this.#caller.send('PUT', `${this.#url}/stats`, { payload });
    this.#wrote(answer, [200], (user) => ({ ...user, goals }), 'stats');
  }

  async read(): Promise<Answer> {
    const answer = await this.#caller.send('GET', this.#url);
    if (answer.statusCode === 503) return answer;
    const { name, properties } = answer.json();
    this.#explain(answer, (user) =>
      answer.statusCode === 404
        ? user === undefined
        : user?.name === name && isSame(user?.properties ?? {}, properties),
    );
    return answer;
  }

  async readProperty(): Promise<void> {
    const key = this.#caller.pick(['a', 'b', 'c']);
    const answer = await this.#caller.send('GET', `${this.#url}/properties/${key}`);
    if (answer.statusCode === 503) return;
    const value = answer.statusCode === 200 ? answer.json() : undefined;
    this.#explain(answer, (user) => user?.properties[key] === value);
  }

  async readPlayer(): Promise<void> {
    const stats = await this.#caller.send('GET', `/api/v1/players/${this.#name}/stats`);
    const goals = stats.statusCode === 200 ? stats.json().seasons[0]?.goals : undefined;
    if (stats.statusCode !== 503)
      this.#explain(
        stats,
        (user) => (user === undefined) === (stats.statusCode === 404) && user?.goals === goals,
      );
    const player = await this.#caller.send('GET', `/api/v1/players/${this.#name}`);
    if (player.statusCode !== 503)
      this.#explain(player, (user) => (user === undefined) === (player.statusCode === 404));
    const videos = await this.#caller.send('GET', `/api/v1/players/${this.#name}/videos`);
    if (videos.statusCode !== 200) return;
    const known = this.#videos.filter(({ isUploaded }) => isUploaded).map(({ object }) => object);
    const listed = videos.json().items.map(({ src }: { src: string }) => this.#bucket + src);
    this.#caller.check(
      videos,
      listed.every((object: string) => known.includes(object)),
      'lists another video',
    );
  }

  async addVideo(): Promise<void> {
    const payload = { title: 'Goal', content_type: 'video/mp4', size: 5 };
    const answer = await this.#caller.send('POST', `${this.#url}/videos`, { payload });
    if (answer.statusCode !== 201) return this.#wrote(answer, [], (user) => user);
    this.#explain(answer, (user) => user !== undefined);
    const { id, src, upload_url, headers } = answer.json();
    const isUploaded = this.#caller.random() < 0.3;
    if (isUploaded) await fetch(upload_url, { method: 'PUT', headers, body: 'bytes' });
    this.#videos.push({ url: `${this.#url}/videos/${id}`, object: this.#bucket + src, isUploaded });
  }

  async deleteVideo(): Promise<void> {
    const video = this.#videos.shift();
    if (!video) return;
    const answer = await this.#caller.insist('DELETE', video.url);
    this.#caller.check(answer, answer.statusCode === 204, 'is no answer to a deletion');
    this.#caller.check(answer, !(await isPublic(video.object)), 'and the object is still there');
  }

  /** With the revision that was read: however often it is repeated, it is deleted in the end, with all that is its. */
  async delete(): Promise<void> {
    const { statusCode, headers } = await this.read();
    if (statusCode !== 200) return;
    const tag = this.#caller.pick([{}, { 'if-match': headers.etag as string }]);
    const answer = await this.#caller.insist('DELETE', this.#url, { headers: tag });
    this.#caller.check(answer, answer.statusCode === 204, 'is no answer to a deletion');
    // Of a user who was not there yet, a creation may come late.
    this.#user.write(() => undefined, true);
    for (const { object } of this.#videos.filter(({ isUploaded }) => isUploaded))
      this.#caller.check(answer, !(await isPublic(object)), `and ${object} is still there`);
    this.#videos = [];
  }
}

function isSame(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
