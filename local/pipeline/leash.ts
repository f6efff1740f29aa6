/**
 * Preloaded into every job: when the runner is gone, so is the job. A job that outlived a killed runner would work
 * beside its own successor, beyond the vCPU cap. What the job has started is in its process group, and goes too.
 */
process.channel?.unref();
process.once('disconnect', () => process.kill(-process.pid, 'SIGKILL'));

export {};
