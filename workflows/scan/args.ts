import type { EventType } from '../asl.ts';
import type { JobsArgs } from '../run-job.ts';

export interface ScanDefinitionArgs extends JobsArgs {
  /** Name of the scans' table, whose partition key is `id`. */
  readonly scansTable: string;
  /** Most scanners of one scan that run at once. @default 4 */
  readonly concurrency?: number | undefined;
  /** The end of each scan is published on this event bus. */
  readonly eventBusName: string;
  readonly event: EventType;
}
