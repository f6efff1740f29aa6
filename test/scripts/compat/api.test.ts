import { expect } from 'chai';
import { type Api, apiChanges } from '../../../scripts/compat/api.ts';

const member = (type: string, isOptional = false) => ({ type, isOptional });

const before: Api = {
  exports: { './queue': ['Queue', 'messagesIn'] },
  types: { './queue': { Action: ['"Read"', '"Write"'], QueueArgs: ['QueueArgs'] } },
  shapes: {
    QueueReference: { arn: member('Output<string>') },
    QueueArgs: { days: member('number', true), name: member('string') },
  },
  components: {
    Queue: {
      url: member('Output<string>'),
      alarm: member('Alarm | undefined'),
      grant: member('(role: Role): Policy'),
    },
  },
};

function changes(change: Partial<Api>): string[] {
  return apiChanges(before, { ...before, ...change }).map(
    ({ level, where, what }) => `${level} ${where}: ${what}`,
  );
}

const args = (members: Api['shapes'][string]) =>
  changes({ shapes: { ...before.shapes, QueueArgs: { ...before.shapes.QueueArgs, ...members } } });
const outputs = (members: Api['components'][string]) =>
  changes({ components: { Queue: { ...before.components.Queue, ...members } } });

describe('what programs name of the package', () => {
  it('may be the same', () => expect(changes({})).to.deep.equal([]));

  it('breaks them when it is gone', () => {
    expect(changes({ exports: { './queue': ['Queue'] } })).to.deep.equal([
      'major ./queue: messagesIn is exported no more',
    ]);
    expect(changes({ shapes: {} })).to.deep.equal([
      'major QueueReference: is gone',
      'major QueueArgs: is gone',
    ]);
    expect(changes({ shapes: { ...before.shapes, QueueArgs: { name: member('string') } } })).to.deep.equal([
      'major QueueArgs: days is gone',
    ]);
    expect(changes({ components: { Queue: {} } })).to.have.length(3);
  });

  it('breaks them when a type loses a member or is gone, and does not when it gains one', () => {
    const types = (of: Record<string, string[]>) =>
      changes({ types: { './queue': { ...before.types['./queue'], ...of } } });
    expect(types({ Action: ['"Read"'] })).to.deep.equal(['major ./queue: Action is "Write" no more']);
    expect(types({ Action: ['"Read"', '"Write"', '"Scan"'] })).to.deep.equal([
      'minor ./queue: Action may be "Scan"',
    ]);
    expect(changes({ types: { './queue': { Action: ['"Read"', '"Write"'] } } })).to.deep.equal([
      'major ./queue: QueueArgs is exported no more',
    ]);
  });

  it('breaks them when an argument takes less', () => {
    expect(args({ days: member('number') })).to.deep.equal(['major QueueArgs: days is required now']);
    expect(args({ days: member('string', true) })).to.deep.equal([
      'major QueueArgs: days was number and is string',
    ]);
    expect(args({ key: member('string') })).to.deep.equal(['major QueueArgs: key is new and required']);
  });

  it('does not when it takes more', () => {
    for (const [name, now] of [
      ['days', member('Input<number>', true)],
      ['days', member('string | number', true)],
      ['name', member('string', true)],
      ['key', member('string', true)],
    ] as const) {
      expect(args({ [name]: now }).map((one) => one.split(' ')[0])).to.deep.equal(['minor']);
    }
  });

  it('breaks them when an output promises less, and does not when it promises more', () => {
    expect(outputs({ url: member('Output<string> | undefined') })).to.deep.equal([
      'major Queue: url was Output<string> and is Output<string> | undefined',
    ]);
    expect(outputs({ alarm: member('Alarm') })).to.deep.equal([
      'minor Queue: alarm: Alarm | undefined → Alarm',
    ]);
  });

  it('may get more of what a component gives', () => {
    const reference = { arn: member('Output<string>'), url: member('Output<string>') };
    expect(changes({ shapes: { ...before.shapes, QueueReference: reference } })).to.deep.equal([
      'minor QueueReference: url is new',
    ]);
  });

  it('breaks them when a method needs more', () => {
    expect(outputs({ grant: member('(role: Role, name?: string): Policy') })).to.have.length(1);
    expect(outputs({ grant: member('(role: Role, name?: string): Policy') })[0]).to.match(/^minor/);
    expect(outputs({ grant: member('(role: Role, name: string): Policy') })[0]).to.match(/^major/);
    expect(outputs({ grant: member('(role: Role): void') })[0]).to.match(/^major/);
  });
});
