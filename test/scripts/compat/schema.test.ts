import { expect } from 'chai';
import { type Schema, schemaChanges } from '../../../scripts/compat/schema.ts';

const before: Schema = {
  resources: {
    Queue: {
      inputProperties: {
        days: { type: 'number', plain: true, description: 'Days' },
        names: { type: 'array', items: { type: 'string', plain: true }, plain: true },
      },
      properties: { url: { type: 'string' } },
      required: ['url'],
    },
  },
  types: { Rule: { properties: { port: { type: 'number' } }, required: ['port'] } },
};

function changes(change: (schema: Schema) => unknown): string[] {
  const after = structuredClone(before);
  change(after);
  return schemaChanges(before, after).map(({ level, where, what }) => `${level} ${where}: ${what}`);
}

// biome-ignore lint/suspicious/noExplicitAny: the changes are made to copies, of any shape.
const queue = (schema: Schema) => schema.resources.Queue as any;

describe('the schema for other languages', () => {
  it('may be the same, in other words', () => {
    expect(
      changes((schema) => {
        queue(schema).inputProperties.days.description = 'Days that messages stay';
      }),
    ).to.deep.equal([]);
  });

  for (const [what, change, expected] of [
    ['loses a component', (schema) => delete (schema.resources as Record<string, unknown>).Queue, 'is gone'],
    ['loses a type', (schema) => delete (schema.types as Record<string, unknown>).Rule, 'is gone'],
    ['loses an argument', (schema) => delete queue(schema).inputProperties.days, 'days is gone'],
    ['loses an output', (schema) => delete queue(schema).properties.url, 'url is gone'],
    [
      'takes another type',
      (schema) => Object.assign(queue(schema).inputProperties.days, { type: 'string' }),
      'days has another type',
    ],
    [
      'takes plain values alone',
      (schema) => Object.assign(schema.types.Rule?.properties?.port as object, { plain: true }),
      'port has another type',
    ],
    [
      'requires an argument',
      (schema) => Object.assign(queue(schema), { requiredInputs: ['days'] }),
      'days is required now',
    ],
    [
      'may lack an output',
      (schema) => Object.assign(queue(schema), { required: [] }),
      'output url may be absent now',
    ],
  ] as [string, (schema: Schema) => unknown, string][]) {
    it(`breaks programs when it ${what}`, () => {
      const found = changes(change);
      expect(found).to.have.length(1);
      expect(found[0]).to.match(/^major /);
      expect(found[0]).to.contain(expected);
    });
  }

  it('does not when it adds, or takes outputs where it took values', () => {
    expect(
      changes((schema) => {
        queue(schema).inputProperties.alarm = { type: 'boolean' };
        delete queue(schema).inputProperties.days.plain;
        delete queue(schema).inputProperties.names.items.plain;
        (schema.types as Record<string, unknown>).Other = {};
      }),
    ).to.deep.equal(['minor Queue: alarm is new', 'minor Other: is new']);
  });
});
