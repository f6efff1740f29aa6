import { createHash } from 'node:crypto';

/**
 * The name that a resource gets, as its inputs or Pulumi's auto-naming say.
 *
 * @param generation differs for the resource that takes the place of another of the same logical name
 */
export function physicalName(name: string, inputs: Record<string, unknown>, generation = ''): string {
  for (const key of ['name', 'bucket', 'namePrefix']) {
    const given = inputs[key];
    if (typeof given === 'string') return given;
  }
  // SQS demands this ending of a FIFO queue, and Pulumi's auto-naming adds it.
  return `${name}-${suffix(name + generation)}${inputs.fifoQueue === true ? '.fifo' : ''}`;
}

/** Seven hexadecimal digits as Pulumi's auto-naming adds them, but the same in every plan. */
export function suffix(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 7);
}
