/** Milliseconds; `cls` has no unit. */
export interface PageMetrics {
  readonly lcp: number;
  readonly cls: number;
  readonly tbt: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: {
    readonly data?: {
      readonly isOutermostMainFrame?: boolean;
      readonly isLoadingMainFrame?: boolean;
      readonly documentLoaderURL?: string;
      readonly weighted_score_delta?: number;
      readonly had_recent_input?: boolean;
    };
  };
}

/** Milliseconds that a task of the main thread may take; the time beyond them counts as blocking. */
const blocksAfter = 50;

/** Reads LCP, CLS and TBT from Chromium's trace of one page load. Times in the trace are in microseconds. */
export function pageMetrics(trace: Buffer): PageMetrics {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const named = (name: string) => traceEvents.filter((event) => event.name === name);
  const start = named('navigationStart').findLast(({ args }) =>
    args.data?.documentLoaderURL?.includes('/players/'),
  );
  const lcp = named('largestContentfulPaint::Candidate').at(-1);
  const paint = named('firstContentfulPaint').at(-1);
  if (!start || !lcp || !paint) throw new Error('the trace has no navigation, or nothing was painted in it');
  const shifts = named('LayoutShift').filter(({ args }) => !args.data?.had_recent_input);
  const tasks = traceEvents.filter(
    ({ name, pid, tid, ts }) =>
      /RunTask$/.test(name) && pid === start.pid && tid === start.tid && ts > paint.ts,
  );
  return {
    lcp: (lcp.ts - start.ts) / 1000,
    cls: shifts.reduce((sum, { args }) => sum + (args.data?.weighted_score_delta ?? 0), 0),
    tbt: tasks.reduce((sum, { dur = 0 }) => sum + Math.max(0, dur / 1000 - blocksAfter), 0),
  };
}
