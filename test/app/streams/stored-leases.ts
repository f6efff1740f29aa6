import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { streamLimitUpdate } from '../../../app/streams/limit.ts';
import { createStreamStore, type StreamStore } from '../../../app/streams/store.ts';
import type { Item } from '../../../data/dynamodb/errors.ts';
import { type Call, type DatabaseProxy, databaseProxy } from '../../../local/aws/database-proxy.ts';
import { plainClient } from '../../support/clients.ts';
import { emulator } from '../../support/emulator.ts';
import { freshTables } from '../../support/tables.ts';

const leaseSeconds = 90;
const realNow = Date.now;

/** The leases of a viewer who is new in each test, by a clock that stands still unless the test moves it. */
export class StoredLeases {
  proxy!: DatabaseProxy;
  table!: string;
  direct!: DynamoDBClient;
  /** The store that the test is about, and one whose calls are not disturbed. */
  store!: StreamStore;
  other!: StreamStore;
  viewer!: string;
  anonymous!: string;
  now!: number;
  #through!: DynamoDBClient;
  #number = 0;

  /** For the suite that this is called in. */
  static ofSuite(): StoredLeases {
    const leases = new StoredLeases();
    before(() => leases.#connect());
    after(() => leases.#close());
    beforeEach(() => leases.#begin());
    afterEach(() => {
      Date.now = realNow;
    });
    return leases;
  }

  async #connect(): Promise<void> {
    const { endpoint } = await emulator();
    this.proxy = await databaseProxy(endpoint);
    this.table = (await freshTables(endpoint)).streams;
    this.direct = plainClient(endpoint);
    this.#through = plainClient(this.proxy.endpoint);
    this.store = createStreamStore(this.#through, this.table, leaseSeconds);
    this.other = createStreamStore(this.direct, this.table, leaseSeconds);
  }

  async #close(): Promise<void> {
    this.direct.destroy();
    this.#through.destroy();
    await this.proxy.close();
  }

  #begin(): void {
    this.#number++;
    this.viewer = `user#${this.#number}`;
    this.anonymous = `ip#192.0.2.${this.#number}`;
    this.now = realNow();
    Date.now = () => this.now;
    this.proxy.disturb({});
    this.proxy.reset();
  }

  take(id: string, at = this.store, who = this.viewer, replaces: string[] = []) {
    return at.acquire(who, { id, details: { video_name: id }, replaces });
  }

  setLimit(limit: number | undefined, username = String(this.#number)) {
    return this.direct.send(new UpdateItemCommand(streamLimitUpdate(this.table, username, limit)));
  }

  async item(who: string): Promise<Item> {
    const { Item = {} } = await this.direct.send(
      new GetItemCommand({ TableName: this.table, Key: { viewer: { S: who } }, ConsistentRead: true }),
    );
    return Item;
  }

  /** As it is stored. */
  lease(id: string, expires: number) {
    return {
      [`lease#${id}`]: {
        M: { expires: { N: String(expires) }, details: { S: JSON.stringify({ video_name: id }) } },
      },
    };
  }

  isWrite({ operation }: Call): boolean {
    return operation === 'UpdateItem';
  }

  /** What others do just before a write of ours, at most `times` times. */
  between(work: () => Promise<unknown>, times = 1): void {
    let done = 0;
    this.proxy.disturb({
      before: async (call) => {
        if (this.isWrite(call) && done++ < times) await work();
      },
    });
  }
}
