/** The time as the scheduler sees it. Tests move their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves at this time or a little later, or when the signal aborts. */
  until(time: number, signal: AbortSignal): Promise<void>;
}

/** A timer does not count the time for which the machine sleeps, so the clock is looked at once a minute. */
const longestPause = 60_000;

export const systemClock: Clock = {
  now: Date.now,
  async until(time, signal) {
    while (Date.now() < time && !signal.aborted)
      await pause(Math.min(time - Date.now(), longestPause), signal);
  },
};

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
