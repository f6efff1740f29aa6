import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as (options: { type: 'minor' }) => void;

/**
 * Frees the buffers that a stream has gone through. V8 decides by its own heap when to collect, and a buffer of 64 KB
 * weighs 100 bytes there: left alone, a fast stream piles up 100 MB of them (seen with 300 MB read at full speed). Takes
 * about a millisecond.
 */
export function freeBuffers(): void {
  gc({ type: 'minor' });
}
