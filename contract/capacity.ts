/**
 * What DynamoDB gives, in units a second: of one partition of a table or an index, which is also the most of one item, and of
 * a new on-demand table.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput-scenarios.html
 */
export const partition = { readUnits: 3000, writeUnits: 1000 };
export const newTable = { readUnits: 12_000, writeUnits: 4000 };

/** Bytes of a strongly consistent read, and of a write, that take one unit. */
export const unitBytes = { read: 4096, write: 1024 };

/** A release starts the new tasks beside the old ones, so there are twice as many for its minutes. */
const releaseFactor = 2;

/** Read units a second that a task takes of the page's item where there are few tasks. */
export const mostPageReadUnits = 240;

/** Read units a second that all tasks take of the page's item during a release, at the most. */
export function pageReadUnits(tasks: number, perTask: number): number {
  return tasks * releaseFactor * perTask;
}

/** The most that each of so many tasks may take, so that the item is not throttled. */
export function pageReadUnitsPerTask(tasks: number): number {
  const most = Math.floor((partition.readUnits - 1) / (Math.max(tasks, 1) * releaseFactor));
  return Math.max(1, Math.min(mostPageReadUnits, most));
}
