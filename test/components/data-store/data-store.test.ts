import * as aws from '@pulumi/aws';
import { expect } from 'chai';
import { DataStore, type DataStoreAction, type DataStoreArgs } from '../../../components/data-store/index.ts';
import { children, ofType, only, record, statements } from '../mocks.ts';

const tableType = 'aws:dynamodb/table:Table';

async function table(args: DataStoreArgs) {
  const { resources } = await record(() => {
    new DataStore('users', args);
  });
  return only(resources, tableType);
}

describe('DataStore', () => {
  it('is one table with safe defaults', async () => {
    const { resources } = await record(() => {
      new DataStore('users', { partitionKey: 'username' });
    });
    expect(children(resources, null)).to.deep.equal(['trellis:index:DataStore users']);
    expect(children(resources, 'users')).to.deep.equal(['aws:dynamodb/table:Table users-table']);
    const { inputs, options } = only(resources, tableType);
    expect(inputs).to.deep.equal({
      billingMode: 'PAY_PER_REQUEST',
      hashKey: 'username',
      attributes: [{ name: 'username', type: 'S' }],
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: true,
    });
    expect(options).to.deep.equal({ protect: true });
  });

  it('is encrypted with a customer key, which its grants then cover', async () => {
    const { resources } = await record(() => {
      new DataStore('users', { partitionKey: 'id', keyArn: 'arn:key' }).grantRead('job', 'role');
    });
    expect(only(resources, tableType).inputs.serverSideEncryption).to.deep.equal({
      enabled: true,
      kmsKeyArn: 'arn:key',
    });
    const keyUse = only(resources, 'aws:iam/rolePolicy:RolePolicy', 'users-job-key-use');
    const [key] = statements(keyUse.inputs.policy);
    expect(key).to.deep.include({
      Resource: ['arn:key'],
      Condition: { StringEquals: { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' } },
    });
  });

  it('lets both protections go', async () => {
    const { inputs, options } = await table({
      partitionKey: 'id',
      pointInTimeRecovery: false,
      deletionProtection: false,
    });
    expect(inputs.pointInTimeRecovery).to.deep.equal({ enabled: false });
    expect(inputs.deletionProtectionEnabled).to.equal(false);
    expect(options).to.deep.equal({});
  });

  it('defines keys, their types and indexes, each attribute once', async () => {
    const { inputs } = await table({
      partitionKey: 'pk',
      sortKey: 'sk',
      keyTypes: { at: 'N' },
      indexes: [
        { name: 'by-time', partitionKey: 'pk', sortKey: 'at' },
        { name: 'by-owner', partitionKey: 'owner', attributes: ['name', 'size'] },
      ],
    });
    expect(inputs.hashKey).to.equal('pk');
    expect(inputs.rangeKey).to.equal('sk');
    expect(inputs.attributes).to.deep.equal([
      { name: 'at', type: 'N' },
      { name: 'owner', type: 'S' },
      { name: 'pk', type: 'S' },
      { name: 'sk', type: 'S' },
    ]);
    expect(inputs.globalSecondaryIndexes).to.deep.equal([
      {
        name: 'by-time',
        projectionType: 'ALL',
        keySchemas: [
          { attributeName: 'pk', keyType: 'HASH' },
          { attributeName: 'at', keyType: 'RANGE' },
        ],
      },
      {
        name: 'by-owner',
        projectionType: 'INCLUDE',
        nonKeyAttributes: ['name', 'size'],
        keySchemas: [{ attributeName: 'owner', keyType: 'HASH' }],
      },
    ]);
  });

  it('sets name, TTL, stream and tags', async () => {
    const { inputs } = await table({
      partitionKey: 'id',
      tableName: 'trellis-dev-users',
      timeToLive: 'delete_after',
      stream: 'NEW_IMAGE',
      tags: { team: 'a' },
    });
    expect(inputs.name).to.equal('trellis-dev-users');
    expect(inputs.ttl).to.deep.equal({ attributeName: 'delete_after', enabled: true });
    expect(inputs.streamEnabled).to.equal(true);
    expect(inputs.streamViewType).to.equal('NEW_IMAGE');
    expect(inputs.tags).to.deep.equal({ team: 'a' });
  });

  it('caps the throughput of the table and of each index', async () => {
    const { inputs } = await table({
      partitionKey: 'id',
      indexes: [{ name: 'by-owner', partitionKey: 'owner' }],
      maxReadUnits: 500,
    });
    const caps = { maxReadRequestUnits: 500, maxWriteRequestUnits: -1 };
    expect(inputs.onDemandThroughput).to.deep.equal(caps);
    expect((inputs.globalSecondaryIndexes as Record<string, unknown>[])[0]?.onDemandThroughput).to.deep.equal(
      caps,
    );
  });

  it('replicates with the protections of the table, fed by a stream', async () => {
    const { inputs } = await table({ partitionKey: 'id', replicaRegions: ['eu-west-1'] });
    expect(inputs.streamViewType).to.equal('NEW_AND_OLD_IMAGES');
    expect(inputs.replicas).to.deep.equal([
      {
        regionName: 'eu-west-1',
        consistencyMode: 'EVENTUAL',
        pointInTimeRecovery: true,
        deletionProtectionEnabled: true,
        propagateTags: true,
      },
    ]);
  });

  it('replicates with strong consistency over three regions or two and a witness', async () => {
    const three = await table({
      partitionKey: 'id',
      replicaRegions: ['us-east-2', 'us-west-2'],
      strongConsistency: true,
      deletionProtection: false,
    });
    expect(three.inputs.replicas).to.deep.equal(
      ['us-east-2', 'us-west-2'].map((regionName) => ({
        regionName,
        consistencyMode: 'STRONG',
        pointInTimeRecovery: true,
        deletionProtectionEnabled: false,
        propagateTags: true,
      })),
    );
    expect(three.inputs).not.to.have.property('streamEnabled');
    const witnessed = await table({
      partitionKey: 'id',
      replicaRegions: ['us-east-2'],
      strongConsistency: true,
      witnessRegion: 'us-west-2',
    });
    expect(witnessed.inputs.globalTableWitness).to.deep.equal({ regionName: 'us-west-2' });
  });

  it('tells name, ARN and stream', async () => {
    const { outputs } = await record(() => {
      const streaming = new DataStore('users', { partitionKey: 'id', tableName: 'u-1', stream: 'KEYS_ONLY' });
      const plain = new DataStore('plain', { partitionKey: 'id' });
      return {
        name: streaming.tableName,
        arn: streaming.tableArn,
        stream: streaming.streamArn,
        none: plain.streamArn === undefined,
      };
    });
    const arn = 'arn:aws:dynamodb:us-east-1:123456789012:table/u-1';
    expect(outputs).to.deep.include({ name: 'u-1', arn, none: true });
    expect(outputs.stream).to.match(/table\/u-1\/stream\//);
  });
});

describe('DataStore grants', () => {
  async function granted(grant: (store: DataStore, role: aws.iam.Role) => void) {
    const { resources } = await record(() => {
      const role = new aws.iam.Role('job', { assumeRolePolicy: '{}' });
      const store = new DataStore('users', {
        partitionKey: 'id',
        tableName: 'users-1',
        indexes: [{ name: 'by-owner', partitionKey: 'owner' }],
      });
      grant(store, role);
    });
    expect(ofType(resources, 'aws:iam/rolePolicy:RolePolicy').map(({ name }) => name)).to.deep.equal([
      'users-job',
    ]);
    const policy = only(resources, 'aws:iam/rolePolicy:RolePolicy');
    expect(policy.parent).to.equal('users');
    expect(policy.inputs.role).to.equal('job');
    return statements(policy.inputs.policy);
  }

  const arn = 'arn:aws:dynamodb:us-east-1:123456789012:table/users-1';
  const read = ['dynamodb:BatchGetItem', 'dynamodb:ConditionCheckItem', 'dynamodb:GetItem', 'dynamodb:Query'];

  it('read: by key and by query, index by name, no scan', async () => {
    expect(await granted((store, role) => store.grantRead('job', role))).to.deep.equal([
      { Effect: 'Allow', Action: read, Resource: [arn, `${arn}/index/by-owner`] },
    ]);
  });

  it('read and write: items, nothing about the table itself', async () => {
    const [statement] = await granted((store, role) => store.grantReadWrite('job', role));
    expect(statement?.Action).to.deep.equal(
      [
        ...read,
        'dynamodb:BatchWriteItem',
        'dynamodb:DeleteItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
      ].sort(),
    );
  });

  it('a list: exactly these, and no index where none is reached', async () => {
    expect(await granted((store, role) => store.grant('job', role, ['UpdateItem', 'GetItem']))).to.deep.equal(
      [{ Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], Resource: [arn] }],
    );
  });

  it('are outputs too, as JSON, for languages without methods', async () => {
    const { resources, outputs } = await record(() => {
      const store = new DataStore('users', { partitionKey: 'id' });
      store.grantRead('a', 'role');
      store.grantReadWrite('b', 'role');
      return [store.readPolicyJson, store.readWritePolicyJson];
    });
    const policies = ofType(resources, 'aws:iam/rolePolicy:RolePolicy');
    expect(policies.map(({ inputs }) => inputs.policy)).to.deep.equal(outputs);
  });

  it('refuses an action that does not exist, a wildcard, and none at all', async () => {
    const attempts: unknown[] = [['GetItems'], ['*'], []];
    const { outputs } = await record(() => {
      const store = new DataStore('users', { partitionKey: 'id' });
      return attempts.map((actions) => {
        try {
          store.statement(actions as DataStoreAction[]);
        } catch (error) {
          return (error as Error).message;
        }
        return 'accepted';
      });
    });
    expect(outputs[0]).to.match(/^DataStore "users": a grant takes actions of BatchGetItem.*; not GetItems$/);
    expect(outputs[1]).to.match(/; not \*$/);
    expect(outputs[2]).to.match(/; at least one$/);
  });
});
