import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import { changesSince, record, type Subject } from '../../../scripts/compat/stacks.ts';
import { evaluateInline } from '../../../stacks/evaluate/inline.ts';

interface Variant {
  /** Name of the child's role. */
  readonly role?: string;
  readonly aliases?: pulumi.Alias[];
  readonly partitionKey?: string;
  readonly pointInTimeRecovery?: boolean;
  /** A child that the earlier version has not. */
  readonly further?: boolean;
}

/** One version of a component that is a table. */
class Shelf extends pulumi.ComponentResource {
  constructor(name: string, variant: Variant) {
    super('test:index:Shelf', name);
    const { role = 'table', aliases, partitionKey = 'id', pointInTimeRecovery = true, further } = variant;
    new aws.dynamodb.Table(
      `${name}-${role}`,
      {
        billingMode: 'PAY_PER_REQUEST',
        hashKey: partitionKey,
        attributes: [{ name: partitionKey, type: 'S' }],
        pointInTimeRecovery: { enabled: pointInTimeRecovery },
      },
      { parent: this, aliases },
    );
    if (further) new aws.sns.Topic(`${name}-topic`, {}, { parent: this });
  }
}

function subject(variant: Variant): Subject {
  const program = async () => {
    new Shelf('books', variant);
  };
  return {
    name: 'shelf',
    region: 'us-east-1',
    evaluate: (cloud) =>
      evaluateInline(program, { project: 'shelf', stack: 'dev', config: {}, secretKeys: [] }, cloud),
  };
}

describe('a stack that is upgraded', () => {
  /** What an upgrade from one version of the component to another asks for. */
  async function upgrade(before: Variant, after: Variant): Promise<string[]> {
    const found = await changesSince(subject(after), await record(subject(before)));
    return found.map(({ level, what }) => `${level} ${what.split(/[(:]/)[0]?.trim()}`);
  }

  it('has nothing to do when nothing has changed', async () => {
    expect(await upgrade({}, {})).to.deep.equal([]);
  });

  it('loses a child that was renamed', async () => {
    const found = await upgrade({}, { role: 'store' });
    expect(found.sort()).to.deep.equal(['major delete books-table', 'minor create books-store']);
  });

  it('keeps it by an alias, and loses it when the alias is dropped', async () => {
    const aliases = [{ name: 'books-table' }];
    expect(await upgrade({}, { role: 'store', aliases })).to.deep.equal([]);
    const dropped = await upgrade({}, { role: 'store', aliases: [] });
    expect(dropped).to.include('major delete books-table');
  });

  it('is not found any more by a former name that the last release still knew', async () => {
    const aliases = [{ name: 'books-shelf' }];
    expect(await upgrade({ aliases }, { aliases: [...aliases, { name: 'books-rack' }] })).to.deep.equal([]);
    expect(await upgrade({ aliases }, {})).to.deep.equal(['major books-table']);
  });

  it('has a child replaced by a default that changed', async () => {
    expect(await upgrade({}, { partitionKey: 'key' })).to.deep.equal([
      'major replace, new first books-table',
    ]);
  });

  it('is updated by a default that replaces nothing, and gets a child', async () => {
    expect(await upgrade({}, { pointInTimeRecovery: false })).to.deep.equal(['minor update books-table']);
    expect(await upgrade({}, { further: true })).to.deep.equal(['minor create books-topic']);
  });
});
