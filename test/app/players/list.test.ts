import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { createPlayerList } from '../../../app/players/list.ts';
import { databaseProxy } from '../../../local/aws/database-proxy.ts';
import { plainClient } from '../../support/clients.ts';
import { emulator } from '../../support/emulator.ts';
import { freshTables } from '../../support/tables.ts';

describe('the list of players', () => {
  it('costs one scan for all who look at a page at once, and says what that took', async () => {
    const { endpoint } = await emulator();
    const { users } = await freshTables(endpoint);
    const proxy = await databaseProxy(endpoint);
    const client = plainClient(proxy.endpoint);
    const put = (username: string, properties: object) =>
      client.send(
        new PutItemCommand({
          TableName: users,
          Item: { username: { S: username }, properties: { M: { ...properties } } },
        }),
      );
    await put('ann', { team: { S: '"North"' }, salary: { S: '5' } });
    await put('bob', {});
    proxy.reset();
    const list = createPlayerList(client, users);
    const pages = await Promise.all([
      ...Array.from({ length: 50 }, () => list(25, undefined)),
      list(25, 'ann'),
    ]);
    const [first] = pages;
    expect(first?.items.map(({ username, team }) => [username, team])).to.deep.equal([['ann', 'North']]);
    for (const page of pages.slice(0, 50)) expect(page).to.equal(first);
    expect(proxy.calls.map(({ operation }) => operation)).to.deep.equal(['Scan', 'Scan']);
    for (const { body } of proxy.calls)
      expect(JSON.parse(body)).to.include({ ReturnConsumedCapacity: 'TOTAL' });
    client.destroy();
    await proxy.close();
  });
});
