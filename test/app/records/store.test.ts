import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { createRecords, type Records } from '../../../app/records/store.ts';
import type { Item } from '../../../data/dynamodb/errors.ts';
import { physicalName } from '../../../local/aws/tables.ts';
import { plainClient } from '../../support/clients.ts';
import { freshTables } from '../../support/tables.ts';

const hours = 3600 * 1000;

describe('an idempotency key', () => {
  const realNow = Date.now;
  let now: number;
  let client: DynamoDBClient;
  let records: Records<Item>;
  beforeEach(async () => {
    const { endpoint, prefix } = await freshTables();
    client = plainClient(endpoint);
    records = createRecords(client, physicalName(prefix, 'jobs'), (item) => item);
    now = realNow();
    Date.now = () => now;
  });
  afterEach(() => {
    Date.now = realNow;
    client.destroy();
  });

  /** A request under the key `k`. @returns the id of the item that it stands for then, or what is wrong. */
  async function request(body: string): Promise<string> {
    const id = randomUUID();
    const created = await records.create({ id: { S: id } }, { key: 'k', body });
    return typeof created === 'string' ? created : (created?.id?.S as string);
  }

  it('stands for one request for 24 hours, and for another one after that', async () => {
    const first = await request('a');
    now += 24 * hours - 1000;
    expect(await request('a'), 'a second before').to.equal(first);
    expect(await request('b')).to.equal('another body');
    now += 3000;
    const second = await request('b');
    expect(second).not.to.be.oneOf([first, 'another body']);
    expect(await request('b'), 'the new one').to.equal(second);
    expect(await request('a')).to.equal('another body');
    for (const id of [first, second]) expect(await records.read(id)).to.deep.equal({ id: { S: id } });
  });
});
