/** Whether this is one of several processes that share a run of the tests (`mocha --parallel`). */
export const inWorker = process.env.MOCHA_WORKER_ID !== undefined;
