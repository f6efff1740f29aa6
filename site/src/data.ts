import { call } from './api.ts';
import type { Page, Player, Stats, Video } from './types.ts';

/** The parts of a profile. All are requested at once, each by itself, so that none waits for another. */
export interface Profile {
  readonly identity: Promise<Player>;
  readonly stats: Promise<Stats>;
  readonly videos: Promise<Page<Video>>;
}

/** Milliseconds for which prefetched answers are used; then the browser's cache and ETags decide. */
const keptFor = 30_000;
const profiles = new Map<string, { profile: Profile; at: number }>();

export const loadIdentity = (username: string) =>
  call<Player>('GET', '/api/v1/players/:username', { params: { username } });
export const loadStats = (username: string) =>
  call<Stats>('GET', '/api/v1/players/:username/stats', { params: { username } });
export const loadVideos = (username: string) =>
  call<Page<Video>>('GET', '/api/v1/players/:username/videos', { params: { username } });
export const loadPlayers = () => call<Page<Player>>('GET', '/api/v1/players', { query: { limit: '24' } });

/** Requests all parts now, so that they are under way or loaded when the page needs them. */
export function prefetchProfile(username: string): Profile {
  const known = profiles.get(username);
  if (known && Date.now() - known.at < keptFor) return known.profile;
  const profile = {
    identity: loadIdentity(username),
    stats: loadStats(username),
    videos: loadVideos(username),
  };
  // The page that takes a part shows its error. Without a handler here, the error of a part that no page takes would be
  // reported as unhandled.
  for (const part of Object.values(profile)) part.catch(() => {});
  profiles.set(username, { profile, at: Date.now() });
  return profile;
}

/** The parts of a profile, prefetched or requested now. They are handed out once: a later visit requests them again. */
export function takeProfile(username: string): Profile {
  const profile = prefetchProfile(username);
  profiles.delete(username);
  return profile;
}
