import type { Position } from '../data/dynamodb/query.ts';
import { Problem } from './problem.ts';

/** Cursors are opaque to callers: base64url of the last key. A caller may have made one up, so what
 * is decoded must be checked. */
export function encodeCursor(lastKey: string): string {
  return Buffer.from(lastKey).toString('base64url');
}

export function decodeCursor(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString();
}

/** The answer to a cursor that no page of this list gave out. */
export function noSuchCursor(): Problem {
  const message = 'is not a cursor of this list';
  return new Problem(404, `query.cursor ${message}`, { errors: [{ field: 'query.cursor', message }] });
}

export function positionOf(cursor: string): Position {
  const [created_at = '', id = '', ...rest] = decodeCursor(cursor).split(' ');
  if (!/^[0-9T:.Z-]{20,30}$/.test(created_at) || !/^[A-Za-z0-9-]{1,64}$/.test(id) || rest.length > 0)
    throw noSuchCursor();
  return { created_at, id };
}

export function cursorOf(last: Position | undefined): string | null {
  return last ? encodeCursor(`${last.created_at} ${last.id}`) : null;
}
