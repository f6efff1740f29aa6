import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { type IngestState, incomingPrefix } from '../../contract/ingest.ts';
import type { Ingest } from '../../data/ledger/ingest.ts';
import type { Ledger } from '../../data/ledger/ledger.ts';
import type { StoredObject } from '../../data/s3/client.ts';

/**
 * Gives up the claims of executions that ended with their runner.
 * @returns the number of claims
 */
export async function abandonClaims(ledger: Ledger): Promise<number> {
  let abandoned = 0;
  for (const state of ['queued', 'running'] as const) {
    for (const { id, execution } of await allIn(ledger, state))
      if (execution && (await ledger.abandon(id, execution))) abandoned++;
  }
  return abandoned;
}

/** States from which no event of the bucket leads on. The service starts retractions whose executions were lost. */
const settled = ['committed', 'rejected', 'failed', 'retracting', 'retracted', 'replaced'] as const;

/**
 * Finds the objects whose ingest has not ended: their events or executions were lost with the runner. An execution too
 * many is harmless, since only one gets the claim.
 */
export async function unsettledObjects(
  ledger: Ledger,
  client: S3Client,
  bucket: string,
): Promise<StoredObject[]> {
  const settledObjects = new Set<string>();
  for (const state of settled)
    for (const { key, version } of await allIn(ledger, state)) settledObjects.add(`${key}/${version}`);
  const objects = await allObjects(client, bucket);
  return objects.filter(({ key, version }) => !settledObjects.has(`${key}/${version}`));
}

/** Every ingest in a state, oldest first. */
export async function allIn(ledger: Ledger, state: IngestState): Promise<Ingest[]> {
  const found: Ingest[] = [];
  let after: Parameters<Ledger['list']>[1]['after'];
  do {
    const { items, last } = await ledger.list(state, { limit: 1000, after });
    found.push(...items);
    after = last;
  } while (after);
  return found.reverse();
}

async function allObjects(client: S3Client, bucket: string): Promise<StoredObject[]> {
  const found: (StoredObject & { modified: number })[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: incomingPrefix, ContinuationToken }),
    );
    for (const { Key = '', Size = 0, ETag = '', LastModified } of page.Contents ?? [])
      found.push({
        key: Key,
        size: Size,
        version: ETag.replaceAll('"', ''),
        modified: LastModified?.getTime() ?? 0,
      });
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  // The order of arrival is kept, since prices may need the ports that were uploaded before them.
  return found.sort((a, b) => a.modified - b.modified).map(({ modified: _, ...object }) => object);
}
