import { Misuse } from '../../scripts/command.ts';

/** Requests a second at the start and at the end; equal when the rate is constant. */
export interface Rate {
  readonly from: number;
  readonly to: number;
}

/** Most requests a second: enough for any size of this stack, too few for an attack. */
export const maxRate = 2000;
/** Longest run, in seconds: long enough for the slowest scaling policy to go up and down. */
export const maxSeconds = 1800;

/** @param share of the duration that is over, 0–1 */
export function rateAt({ from, to }: Rate, share: number): number {
  return from + (to - from) * Math.min(1, Math.max(0, share));
}

/** @throws Misuse */
export function parseRate(rate: string | undefined, ramp: string | undefined): Rate {
  if (rate !== undefined && ramp !== undefined) throw new Misuse('either --rate or --ramp, not both');
  const match = ramp === undefined ? /^(\d+)$/.exec(rate ?? '50') : /^(\d+)\.\.(\d+)$/.exec(ramp);
  const [from, to] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  if ([from, to].every((value) => value >= 1 && value <= maxRate)) return { from, to };
  const given = ramp === undefined ? `--rate ${rate}` : `--ramp ${ramp}`;
  throw new Misuse(
    `${given}: must be ${ramp === undefined ? 'N' : 'N..M'}, whole numbers from 1 to ${maxRate}`,
  );
}

/** @param text such as `90s` or `5m`
 * @throws Misuse */
export function parseDuration(text: string): number {
  const [, number, unit] = /^(\d+)(s|m)$/.exec(text) ?? [];
  const seconds = Number(number) * (unit === 'm' ? 60 : 1);
  if (seconds >= 1 && seconds <= maxSeconds) return seconds;
  throw new Misuse(`--duration ${text}: must be such as 90s or 5m, at most ${maxSeconds / 60}m`);
}
