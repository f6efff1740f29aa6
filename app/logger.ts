import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { requestContext } from './request-context.ts';

/**
 * Structured logs, one JSON object a line; whatever is logged in the name of a request has its `request_id`.
 * Written asynchronously: a slow reader of the log must not stop requests. What is not written yet is flushed when the
 * process exits.
 */
export function createLogger(
  level: string,
  to: DestinationStream = destination({ dest: 1, sync: false }),
): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, mixin: requestId }, to);
}

function requestId(line: object): object {
  const context = requestContext.getStore();
  return context && !('request_id' in line) ? { request_id: context.id } : {};
}
