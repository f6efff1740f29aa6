import { expect } from 'chai';
import { tableOf } from '../../../local/workers/tables.ts';

describe('a table of a program', () => {
  it('has the keys and indexes that the program gives it', () => {
    const attributes = [
      { name: 'customer', type: 'S' },
      { name: 'order', type: 'N' },
      { name: 'day', type: 'S' },
    ];
    const index = { name: 'by-day', hashKey: 'day', rangeKey: 'order' };
    const inputs = { attributes, hashKey: 'customer', rangeKey: 'order', globalSecondaryIndexes: [index] };
    expect(tableOf(inputs, 'orders')).to.deep.equal({
      TableName: 'orders',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: attributes.map(({ name, type }) => ({
        AttributeName: name,
        AttributeType: type,
      })),
      KeySchema: [
        { AttributeName: 'customer', KeyType: 'HASH' },
        { AttributeName: 'order', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-day',
          KeySchema: [
            { AttributeName: 'day', KeyType: 'HASH' },
            { AttributeName: 'order', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    });
  });
});
