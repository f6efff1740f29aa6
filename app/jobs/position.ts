import { decodeCursor, encodeCursor, noSuchCursor } from '../cursor.ts';
import type { Position } from './records.ts';

export function positionOf(cursor: string): Position {
  const [created_at = '', id = '', ...rest] = decodeCursor(cursor).split(' ');
  if (!/^[0-9T:.Z-]{20,30}$/.test(created_at) || !/^[A-Za-z0-9-]{1,64}$/.test(id) || rest.length > 0)
    throw noSuchCursor();
  return { created_at, id };
}

export function cursorOf(last: Position | undefined): string | null {
  return last ? encodeCursor(`${last.created_at} ${last.id}`) : null;
}
