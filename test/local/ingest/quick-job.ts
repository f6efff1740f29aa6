// A job that is quick because it opens no file: what it does depends on the file's name. It writes to the ledger as
// the real one does.
import { existsSync } from 'node:fs';
import { basename } from 'node:path/posix';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type IngestState, ingestVariables, jobTasks } from '../../../contract/ingest.ts';
import { tableVariable } from '../../../contract/tables.ts';
import { createLedger } from '../../../data/ledger/ledger.ts';

const read = (name: string) => process.env[name] ?? '';
const name = basename(read(ingestVariables.key));
const ledger = createLedger(new DynamoDBClient(), read(tableVariable('ingests')));
const run = ledger.run(read(ingestVariables.id), read(ingestVariables.execution));

const task = jobTasks.find((each) => each === read(ingestVariables.kind));
const isRetraction = task === 'retraction';
console.log(`${task === 'sweep' ? 'sweeps after' : isRetraction ? 'retracts' : 'starts'} ${name}`);
if (task === 'sweep') process.exit(0);
if (!(await (isRetraction ? run.startRetraction() : run.start()))) process.exit(0);
if (name.includes('poison') && !existsSync(read('FIXED'))) {
  await run.note('this file is poison');
  process.exit(1);
}
if (name.includes('crash')) process.exit(1);
if (name.includes('hang') && !existsSync(read('FIXED'))) setInterval(() => {}, 1000);
else if (isRetraction) {
  if (name.includes('clings') && !existsSync(read('FIXED'))) process.exit(1);
  await retract();
} else {
  const isBad = name.includes('bad');
  const partial = read(ingestVariables.partial) === 'true';
  await run.finish({
    state: isBad && !partial ? 'rejected' : 'committed',
    rows_read: 3,
    rows_accepted: isBad ? 2 : 3,
    rows_rejected: isBad ? 1 : 0,
    ...(isBad ? { reason: 'line 2 is bad', rejects_key: 'rejects/some.ndjson' } : {}),
  });
}

/** The real job does so in the transaction that takes the rows out. */
async function retract(): Promise<void> {
  const TableName = read(tableVariable('ingests'));
  await new DynamoDBClient().send(
    new UpdateItemCommand({
      TableName,
      Key: { id: { S: read(ingestVariables.id) } },
      UpdateExpression: 'SET #state = :retracted, ended_at = :now',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':retracted': { S: 'retracted' satisfies IngestState },
        ':now': { S: new Date().toISOString() },
      },
    }),
  );
}
