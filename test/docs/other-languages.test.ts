import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { readSchema, type Schema } from '../components/schema.ts';
import { pythonProblems } from './python-example.ts';
import { yamlProblems } from './yaml-example.ts';

const guide = readFileSync(new URL('../../docs/other-languages.md', import.meta.url), 'utf8');

function example(language: string): string {
  const [, text] = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(guide) ?? [];
  if (text === undefined) throw new Error(`docs/other-languages.md has no example in ${language}`);
  return text;
}

/** A reference to an output, as Pulumi's YAML writes it. */
const output = (path: string) => `\${${path}}`;

/** Pairs of an edit of an example and what must then be reported: a check that finds nothing checks nothing. */
type Mistake = [from: string | RegExp, to: string, problem: string];

function finds(check: (schema: Schema, text: string) => string[], text: string, mistakes: Mistake[]): void {
  for (const [from, to, problem] of mistakes) {
    const changed = text.replace(from, to);
    expect(changed, String(from)).not.to.equal(text);
    expect(check(readSchema(), changed)).to.include(problem);
  }
}

describe('the examples in other languages', () => {
  it('in YAML have the names, properties and outputs of the schema', () => {
    const yaml = example('yaml');
    expect(yaml).to.contain('trellis:FargateService');
    expect(yamlProblems(readSchema(), yaml)).to.deep.equal([]);
    finds(yamlProblems, yaml, [
      ['trellis:Network', 'trellis:Vpc', 'network: no such component or type'],
      ['zones: 2', 'zone: 2', 'network: zone is no argument'],
      ['zones: 2', 'zones: two', 'network.zones: not a number'],
      ['emails: [ops@example.com]', 'emails: ops@example.com', 'alarms.emails: not a list'],
      ['partitionKey: customer', 'tableName: orders', 'orders: partitionKey is missing'],
      ['internetFacing: true', 'internetFacing: "yes"', 'api.loadBalancer.internetFacing: not a boolean'],
      [
        'actions: [dynamodb:GetItem, dynamodb:PutItem]',
        'action: []\n          actions: []',
        'api.permissions[0]: action is no argument',
      ],
      [
        output('orders.tableArn'),
        output('orders.arn'),
        `api.permissions[0].resources[0]: there is no output ${output('orders.arn')}`,
      ],
      [
        'assignPublicIp: true',
        `assignPublicIp: ${output('network.cidrBlock')}`,
        'api.placement.assignPublicIp: a plain argument takes no output',
      ],
      [
        `url: ${output('api.url')}`,
        `url: ${output('api.address')}`,
        `url: there is no output ${output('api.address')}`,
      ],
    ]);
  });

  it('in Python have the names, required arguments and outputs of the schema', () => {
    const python = example('python');
    expect(python).to.contain('trellis.FargateService(');
    expect(pythonProblems(readSchema(), python)).to.deep.equal([]);
    finds(pythonProblems, python, [
      ['trellis.Network(', 'trellis.Vpc(', 'Vpc: no such component'],
      ['zones=3', 'zone=3', 'Network: zone is no argument'],
      [/partition_key="customer", /, '', 'DataStore: partitionKey is missing'],
      ['"cpu": 512, ', '', 'FargateSizeArgs: cpu is missing'],
      ['"bake_minutes"', '"bakeMinutes"', 'FargateDeploymentArgs: "bakeMinutes" is no argument'],
      [/"actions": \[.*?\], /, '', 'FargatePermissionArgs: actions is missing'],
      [
        'size={"cpu": 512, "memory": 1024}',
        'size=trellis.FargateSizeArgs(cpu=512, memory=1024)',
        'FargateSizeArgs: no such component',
      ],
      ['orders.table_arn', 'orders.arn', 'DataStore has no output arn'],
      ['api.url', 'api.address', 'FargateService has no output address'],
    ]);
  });
});
