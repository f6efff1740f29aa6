import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import * as components from '../../components/index.ts';
import { inferSchema, schemaFile } from '../../scripts/schema.ts';
import { Plugin } from '../support/plugin.ts';
import { readSchema } from './schema.ts';

const directory = fileURLToPath(new URL('../../components', import.meta.url));

describe('components/schema.json', function () {
  // The analyzer type-checks all of the components.
  this.timeout(120_000);
  let plugin: Plugin | undefined;

  after(() => plugin?.stop());

  it('is current: `npm run schema` would change nothing', async () => {
    expectCurrent(await inferSchema());
  });

  it('is what the plugin answers when Pulumi starts it', async () => {
    plugin = await Plugin.start(directory);
    expectCurrent(await plugin.schema());
  });

  it('has every component there is', () => {
    const names = Object.entries(components)
      .filter(
        ([, value]) => typeof value === 'function' && value.prototype instanceof pulumi.ComponentResource,
      )
      .map(([name]) => `trellis:index:${name}`)
      .sort();
    expect(names.length).to.be.greaterThan(5);
    expect(Object.keys(readSchema().resources)).to.deep.equal(names);
  });

  it('has no private fields, which the analyzer takes for outputs', () => {
    const sources = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.includes('node_modules'),
    );
    const leaks = sources.filter((file) => {
      const source = readFileSync(`${directory}/${file}`, 'utf8');
      return (
        /extends pulumi\.ComponentResource/.test(source) &&
        /^ {2}((private|protected)[^(\n]*[:;=]|#\w+\s*[:;=?])/m.test(source)
      );
    });
    expect(leaks).to.deep.equal([]);
  });
});

/** Without chai's difference, which would be of 100,000 characters. */
function expectCurrent(schema: string): void {
  const current = schema === readFileSync(schemaFile, 'utf8');
  expect(current, 'components/schema.json is out of date: run `npm run schema`').to.equal(true);
}
