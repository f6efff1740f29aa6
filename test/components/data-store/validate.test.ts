import { expect } from 'chai';
import { DataStore, type DataStoreArgs } from '../../../components/data-store/index.ts';

function refusal(args: Partial<DataStoreArgs>): string {
  try {
    new DataStore('users', { partitionKey: 'id', ...args });
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

describe('DataStore refuses', () => {
  const cases: [string, Partial<DataStoreArgs>, string][] = [
    ['an empty key', { partitionKey: '' }, 'a key must name an attribute'],
    ['equal keys', { sortKey: 'id' }, 'sortKey must differ from partitionKey "id"'],
    ['types of other attributes', { keyTypes: { x: 'N' } }, 'keyTypes names "x", which is in no key'],
    ['unknown types', { keyTypes: { id: 'int' } }, 'keyTypes of "id" must be one of S, N, B, not "int"'],
    [
      'two indexes of one name',
      {
        indexes: [
          { name: 'one', partitionKey: 'a' },
          { name: 'one', partitionKey: 'b' },
        ],
      },
      'index "one" is given twice',
    ],
    [
      'an index name AWS would refuse',
      { indexes: [{ name: 'x', partitionKey: 'a' }] },
      'index name "x" must be 3–255 characters of A-Za-z0-9_.-',
    ],
    [
      'equal keys of an index',
      { indexes: [{ name: 'one', partitionKey: 'a', sortKey: 'a' }] },
      'index "one": sortKey must differ from partitionKey',
    ],
    [
      'an index of no attributes',
      { indexes: [{ name: 'one', partitionKey: 'a', attributes: [] }] },
      'index "one": attributes must be 1 to 20, not 0',
    ],
    [
      'more indexes than the quota',
      { indexes: Array.from({ length: 21 }, (_, at) => ({ name: `index-${at}`, partitionKey: 'a' })) },
      'at most 20 indexes, not 21',
    ],
    [
      'an unknown stream',
      { stream: 'ALL' },
      'stream must be one of KEYS_ONLY, NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, not "ALL"',
    ],
    [
      'a cap of nothing',
      { maxReadUnits: 0 },
      'maxReadUnits must be a whole number from 1 to 2147483647, not 0',
    ],
    [
      'a fractional cap',
      { maxWriteUnits: 1.5 },
      'maxWriteUnits must be a whole number from 1 to 2147483647, not 1.5',
    ],
    ['a bad table name', { tableName: 'a b' }, 'tableName "a b" must be 3–255 characters of A-Za-z0-9_.-'],
    ['TTL without an attribute', { timeToLive: '' }, 'timeToLive must name an attribute'],
    ['TTL on a string key', { timeToLive: 'id' }, 'timeToLive "id" is a key that is not a number'],
    [
      'a key where there are replicas',
      { replicaRegions: ['eu-west-1'], keyArn: 'arn:key' },
      'keyArn is a key of one region, and replicaRegions would need one in each',
    ],
    [
      'one region twice',
      { replicaRegions: ['eu-west-1', 'eu-west-1'] },
      'replica region eu-west-1 is given twice',
    ],
    [
      'replicas on a stream that cannot feed them',
      { replicaRegions: ['eu-west-1'], stream: 'KEYS_ONLY' },
      'replicas need stream NEW_AND_OLD_IMAGES, not KEYS_ONLY',
    ],
    ['a witness of nothing', { witnessRegion: 'eu-west-1' }, 'witnessRegion needs strongConsistency'],
    [
      'strong consistency over two regions',
      { strongConsistency: true, replicaRegions: ['us-east-2'] },
      'strongConsistency needs two replicaRegions, or one and a witnessRegion, not 1 and no witnessRegion',
    ],
    [
      'strong consistency across region sets',
      { strongConsistency: true, replicaRegions: ['us-east-2', 'eu-west-1'] },
      'strongConsistency: us-east-2, eu-west-1 are not of one region set',
    ],
    [
      'strong consistency with TTL',
      { strongConsistency: true, replicaRegions: ['us-east-2', 'us-west-2'], timeToLive: 'gone' },
      'strongConsistency does not support timeToLive',
    ],
    [
      'a witness that is a replica',
      { strongConsistency: true, replicaRegions: ['us-east-2'], witnessRegion: 'us-east-2' },
      'witnessRegion us-east-2 is a replica already',
    ],
  ];
  for (const [what, args, message] of cases) {
    it(what, () => expect(refusal(args)).to.equal(`DataStore "users": ${message}`));
  }

  it('with every problem at once', () => {
    expect(refusal({ sortKey: 'id', stream: 'ALL', maxReadUnits: -1 })).to.equal(
      'DataStore "users": \n' +
        '  - sortKey must differ from partitionKey "id"\n' +
        '  - stream must be one of KEYS_ONLY, NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, not "ALL"\n' +
        '  - maxReadUnits must be a whole number from 1 to 2147483647, not -1',
    );
  });
});
