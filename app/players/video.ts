import { randomBytes } from 'node:crypto';
import type { Item } from '../../data/dynamodb/errors.ts';

export interface NewPoster {
  readonly key: string;
  readonly content_type: string;
  readonly size: number;
}

/** A video snippet of a player. `key` is its object's, and `/<key>` its path on the site. */
export interface Video {
  readonly id: string;
  readonly title: string;
  readonly key: string;
  readonly content_type: string;
  readonly size: number;
  readonly duration_s?: number | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly poster?: NewPoster | undefined;
  readonly created_at: string;
  /** Whether the objects were seen in the bucket. */
  readonly ready: boolean;
}

/** Sorts by time: nine characters of milliseconds since 1970 in base 36 (until 5188), then 60 random bits or so. */
export function newVideoId(now: number): string {
  return `${now.toString(36).padStart(9, '0')}-${randomBytes(6).toString('hex')}`;
}

/** @param owner when the user was created, so that a new user of the same name does not inherit the videos */
export function toItem(username: string, owner: string, { ready, ...video }: Video): Item {
  return {
    username: { S: username },
    record: { S: videoRecord(video.id) },
    owner: { S: owner },
    video: { S: JSON.stringify(video) },
    ready: { BOOL: ready },
  };
}

export function fromItem(item: Item): Video {
  return { ...JSON.parse(item.video?.S ?? '{}'), ready: item.ready?.BOOL ?? false };
}

export const videoPrefix = 'VIDEO#';

export function videoRecord(id: string): string {
  return videoPrefix + id;
}
