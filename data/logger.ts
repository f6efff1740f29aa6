import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { requestContext } from './request-context.ts';

/**
 * Structured logs, one JSON object a line. A line that is logged while a request is handled has its `request_id`. Lines are
 * written asynchronously, since a slow reader of the log must not stop requests, and flushed when the process exits.
 */
export function createLogger(level: string, to: DestinationStream = logTo(1)): Logger {
  return pino({ level, base: null, timestamp, mixin: currentRequest, mixinMergeStrategy: withRequestId }, to);
}

/** Bytes after which lines are handed over within a turn. */
const gathered = 8192;

/**
 * Hands the lines of a turn of the event loop over together: sonic-boom measures all that it holds again at each line, and
 * writes the first one alone. That is half of what a line costs under load. At the exit of the process, lines that are just
 * being written may come after those that were not handed over yet.
 * @param dest a file's path or descriptor
 */
export function logTo(dest: string | number): DestinationStream {
  const to = destination({ dest, sync: false });
  let lines = '';
  function handOver(): void {
    if (lines !== '') to.write(lines);
    lines = '';
  }
  process.on('exit', () => {
    if (lines === '') return;
    handOver();
    to.flushSync();
  });
  return {
    write(line) {
      if (lines === '') setImmediate(handOver);
      lines += line;
      if (lines.length >= gathered) handOver();
    },
  };
}

/** Writes each line at once: a job that is killed, as at its time limit, could not write what it has gathered. */
export function createJobLogger(): Logger {
  return createLogger(process.env.LOG_LEVEL ?? 'info', destination({ dest: 1, sync: true }));
}

const none = {};

function currentRequest(): object {
  return requestContext.getStore() ?? none;
}

/** A line that names its request stays as it is, which spares the most frequent one a copy. */
function withRequestId(line: object, context: { id?: string }): object {
  return context.id === undefined || 'request_id' in line ? line : { request_id: context.id, ...line };
}

let now = 0;
let time = '';

/** ISO 8601, written out once a millisecond: at full load, that is once for twenty lines. */
function timestamp(): string {
  if (Date.now() !== now) {
    now = Date.now();
    time = `,"time":"${new Date(now).toISOString()}"`;
  }
  return time;
}
