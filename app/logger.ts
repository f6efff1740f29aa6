import { type DestinationStream, destination, type Logger, pino } from 'pino';

/**
 * Structured logs, one JSON object a line. Written asynchronously: a slow reader of the log must not stop requests.
 * What is not written yet is flushed when the process exits.
 */
export function createLogger(
  level: string,
  to: DestinationStream = destination({ dest: 1, sync: false }),
): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, to);
}
