import type { FargateSizeArgs } from './args.ts';

/** One row of Fargate's table: the memory that a number of CPU units may be paired with, in MiB. */
interface SizeRow {
  cpu: number;
  least: number;
  most: number;
  step: number;
}

/** "Task CPU and memory" of the Amazon ECS Developer Guide, Linux. 256 CPU units have two rows, since Fargate
 * does not offer 1,536 MiB with them. */
const rows: SizeRow[] = [
  { cpu: 256, least: 512, most: 1024, step: 512 },
  { cpu: 256, least: 2048, most: 2048, step: 1024 },
  { cpu: 512, least: 1024, most: 4096, step: 1024 },
  { cpu: 1024, least: 2048, most: 8192, step: 1024 },
  { cpu: 2048, least: 4096, most: 16384, step: 1024 },
  { cpu: 4096, least: 8192, most: 30720, step: 1024 },
  { cpu: 8192, least: 16384, most: 61440, step: 4096 },
  { cpu: 16384, least: 32768, most: 122880, step: 8192 },
];

/** Every valid pair, smallest first. */
export const sizes: readonly Readonly<FargateSizeArgs>[] = rows.flatMap(({ cpu, least, most, step }) =>
  Array.from({ length: (most - least) / step + 1 }, (_, index) => ({ cpu, memory: least + index * step })),
);

/** A problem unless Fargate offers this size; it names the next larger and the next smaller one. */
export function checkSize({ cpu, memory }: FargateSizeArgs): string | undefined {
  if (sizes.some((size) => size.cpu === cpu && size.memory === memory)) return undefined;
  const nearest = nearestSizes(cpu, memory).map((size) => `${size.cpu}/${size.memory}`);
  return `size ${cpu}/${memory} (CPU units/MiB) is none of Fargate's; nearest: ${nearest.join(' or ')}`;
}

/** The smallest size with at least this CPU and memory, and the largest with at most these; either may not exist. Since
 * `sizes` ascends, they are the first and the last that match. */
export function nearestSizes(cpu: number, memory: number): Readonly<FargateSizeArgs>[] {
  const holding = sizes.find((size) => size.cpu >= cpu && size.memory >= memory);
  const within = sizes.findLast((size) => size.cpu <= cpu && size.memory <= memory);
  const found = [holding, within].filter((size) => size !== undefined);
  return found.length > 0 ? found : sizes.slice(0, 1);
}
