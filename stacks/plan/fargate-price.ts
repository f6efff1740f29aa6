/** USD an hour, us-east-1; docs/deploy.md has the source and date of all prices. */
const perVcpu = { ARM64: 0.03238, X86_64: 0.04048 };
const perGigabyte = { ARM64: 0.00356, X86_64: 0.004445 };
/** Of the price on demand. It changes from day to day. */
const spotShare = 0.305;
/** For each GiB of a task's disk beyond those that are free; the same on Spot. */
const perDiskGib = 0.000111;
const freeDiskGib = 20;

export type Architecture = keyof typeof perVcpu;

/** What a task costs an hour; CPU in units of 1/1024 vCPU, memory in MiB. */
export function fargateHour(size: { cpu: number; memory: number }, architecture: Architecture) {
  const onDemand =
    (size.cpu / 1024) * perVcpu[architecture] + (size.memory / 1024) * perGigabyte[architecture];
  return { onDemand, spot: onDemand * spotShare };
}

/** What a task's disk costs an hour, USD. */
export function diskHour(gib = freeDiskGib): number {
  return Math.max(0, gib - freeDiskGib) * perDiskGib;
}
