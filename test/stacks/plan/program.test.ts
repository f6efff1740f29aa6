import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { programIn } from '../../../stacks/plan/program.ts';

describe('a program that is to be planned', () => {
  let directory: string;
  const write = (file: string, text: string) => writeFileSync(join(directory, file), text);
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'program-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('has the values that its project gives to every stack, unless the stack has its own', () => {
    write(
      'Pulumi.yaml',
      'name: shop\nruntime: nodejs\nconfig: { zones: 2, aws:region: { value: eu-west-1 }, size: { type: string, default: small }, key: { type: string } }',
    );
    write('Pulumi.prod.yaml', 'config: { shop:zones: "3" }');
    const { configuration } = programIn(directory);
    const shared = { 'aws:region': 'eu-west-1', 'shop:size': 'small' };
    expect(configuration('dev', ['key=a']).config).to.deep.equal({
      ...shared,
      'shop:zones': '2',
      'shop:key': 'a',
    });
    expect(configuration('prod', []).config).to.deep.equal({ ...shared, 'shop:zones': '3' });
  });

  it('is refused without a Pulumi.yaml, in another language, with waivers that have no reason', () => {
    expect(() => programIn(directory)).to.throw(`there is no Pulumi.yaml in ${directory}`);
    write('Pulumi.yaml', 'name: shop\nruntime: { name: python }');
    expect(() => programIn(directory)).to.throw('the runtime is python');
    write('Pulumi.yaml', 'name: shop\nruntime: nodejs');
    write('policy-waivers.yaml', '- { rule: S3.9, resource: files }');
    expect(() => programIn(directory)).to.throw('each with rule, resource and reason');
  });
});
