// A runner of its own, to be killed: prints the process id of the job that it runs. Argument: directory of logs.
import { setTimeout as sleep } from 'node:timers/promises';
import { createBatch } from '../../../local/aws/batch.ts';

const job = { command: ['node', '-e', 'setInterval(() => {}, 1000)'], environment: {} };
const batch = createBatch({ definitions: { job }, maxVcpus: 1, logs: process.argv[2] as string });
void batch.submit({ JobName: 'orphan', JobDefinition: 'job' });
while (batch.pids.length === 0) await sleep(5);
console.log(batch.pids[0]);
