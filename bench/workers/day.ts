const hour = 3600;

/** The seconds of a day. */
export const day = 24 * hour;

/** Half an hour in which no message can be done, since what the work needs is away. */
export const outage = { from: 14 * hour, to: 14.5 * hour } as const;

/** Bursts, as a nightly export or a customer's upload sends them: so many messages within a minute. */
const bursts: readonly { at: number; messages: number }[] = [
  { at: 3 * hour, messages: 2000 },
  { at: 9.25 * hour, messages: 3000 },
  { at: 11.5 * hour, messages: 1500 },
  { at: 19 * hour, messages: 4000 },
];

/** Messages a second that are expected at this time: few at night, most in the early afternoon. */
export function rateAt(second: number): number {
  const daylight = Math.max(0, Math.sin((Math.PI * (second - 6 * hour)) / (15 * hour)));
  const burst = bursts.find(({ at }) => second >= at && second < at + 60);
  return 0.002 + 2 * daylight ** 1.5 + (burst === undefined ? 0 : burst.messages / 60);
}

/** How many messages arrive in each second of the day. */
export function arrivals(random: () => number): number[] {
  return Array.from({ length: day }, (_, second) => poisson(rateAt(second), random));
}

/** A number of independent events of this mean (Knuth's method; means are below 100 here). */
function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let product = random();
  let count = 0;
  while (product > limit) {
    product *= random();
    count++;
  }
  return count;
}
