/**
 * Declares tests that mostly wait and share nothing with each other: the first of them starts all, so that their waits
 * pass together. Each is reported by its own name; hooks for each test would run at the wrong time, so that a test
 * starts and ends itself what it needs.
 *
 * @param width how many run at a time; few where each keeps a processor busy
 */
export function together(
  width = Number.POSITIVE_INFINITY,
): (title: string, body: () => Promise<void>) => void {
  const waiting: (() => Promise<void>)[] = [];
  let isStarted = false;

  async function runNext(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
  }

  function start(): void {
    if (isStarted) return;
    isStarted = true;
    const lines = Math.min(width, waiting.length);
    for (let line = 0; line < lines; line++) void runNext();
  }

  return (title, body) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Its failure is told when its turn to be reported comes, and is no unhandled one until then.
    promise.catch(() => {});
    waiting.push(() => body().then(resolve, reject));
    it(title, () => {
      start();
      return promise;
    });
  };
}
