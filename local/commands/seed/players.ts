import { readFileSync } from 'node:fs';

export interface SamplePlayers {
  readonly stats: Readonly<Record<string, readonly object[]>>;
  /** Clips and posters are in media/ under the name of `file`. */
  readonly videos: Readonly<Record<string, readonly SampleVideo[]>>;
}

interface SampleVideo {
  readonly title: string;
  readonly file: string;
  readonly duration_s: number;
}

/** A part of the samples, and whether the system had it before. */
export interface Seeded {
  readonly kind: string;
  readonly name: string;
  readonly was_there: boolean;
}

/** A call of the API with the key. @throws Error when the status is not among those expected. */
export type Call = (
  method: string,
  path: string,
  expected: readonly number[],
  body?: unknown,
) => Promise<Response>;

interface Put {
  readonly method: string;
  readonly upload_url: string;
  readonly headers: Record<string, string>;
}

/** Size of the clips that `generate.sh` draws, in pixels. */
const dimensions = { width: 480, height: 270 };

/** Loads stats and clips of the sample players; those that exist already stay as they are. */
export async function seedPlayers(
  { stats, videos }: SamplePlayers,
  call: Call,
  url: string,
  seeded: (entry: Seeded) => void,
): Promise<void> {
  for (const [username, seasons] of Object.entries(stats)) {
    await call('PUT', `/api/v1/users/${username}/stats`, [200], { seasons });
    seeded({ kind: 'stats', name: `${username}, ${seasons.length} seasons`, was_there: false });
  }
  for (const [username, samples] of Object.entries(videos)) {
    const { items } = (await (
      await call('GET', `/api/v1/players/${username}/videos?limit=100`, [200])
    ).json()) as {
      items: { title: string }[];
    };
    for (const video of samples) {
      const was_there = items.some(({ title }) => title === video.title);
      if (!was_there) await upload(username, video);
      seeded({ kind: 'video', name: `${username}, ${video.title}`, was_there });
    }
  }

  async function upload(username: string, { title, file, duration_s }: SampleVideo): Promise<void> {
    const clip = bytesOf(`${file}.mp4`);
    const poster = bytesOf(`${file}.jpg`);
    const answer = await call('POST', `/api/v1/users/${username}/videos`, [201], {
      title,
      duration_s,
      ...dimensions,
      content_type: 'video/mp4',
      size: clip.length,
      poster: { content_type: 'image/jpeg', size: poster.length },
    });
    const target = (await answer.json()) as Put & { poster: Put };
    await put(target.poster, poster);
    await put(target, clip);
  }

  async function put({ upload_url, method, headers }: Put, body: Uint8Array<ArrayBuffer>): Promise<void> {
    const answer = await fetch(new URL(upload_url, url), { method, headers, body });
    if (!answer.ok)
      throw new Error(`the bucket answered an upload with ${answer.status}: ${await answer.text()}`);
  }
}

function bytesOf(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`media/${name}`, import.meta.url)));
}
