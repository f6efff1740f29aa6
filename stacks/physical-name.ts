import { createHash } from 'node:crypto';

/** The name that a resource gets, as its inputs or Pulumi's auto-naming say. */
export function physicalName(name: string, inputs: Record<string, unknown>): string {
  for (const key of ['name', 'bucket', 'namePrefix']) {
    const given = inputs[key];
    if (typeof given === 'string') return given;
  }
  return `${name}-${suffix(name)}`;
}

/** Seven hexadecimal digits as Pulumi's auto-naming adds them, but the same in every plan. */
export function suffix(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 7);
}
