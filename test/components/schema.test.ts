import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import * as components from '../../components/index.ts';
import { format, inferSchema, schemaFile } from '../../scripts/schema.ts';
import { readSchema } from './schema.ts';

const directory = fileURLToPath(new URL('../../components', import.meta.url));

describe('components/schema.json', function () {
  // The analyzer type-checks all of the components, twice.
  this.timeout(120_000);
  let plugin: ChildProcess | undefined;

  after(async () => {
    if (plugin === undefined || plugin.exitCode !== null) return;
    const closed = once(plugin, 'close');
    plugin.kill();
    await closed;
  });

  it('is current: `npm run schema` would change nothing', async () => {
    expectCurrent(await inferSchema());
  });

  it('is what the plugin answers when Pulumi starts it', async () => {
    const runner = fileURLToPath(import.meta.resolve('@pulumi/pulumi/cmd/run-plugin/index.js'));
    // The address is that of the engine, which a plugin calls only while it makes resources.
    plugin = spawn(process.execPath, [runner, directory, '127.0.0.1:1'], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: plugin.stdout as NodeJS.ReadableStream });
    const [port] = await once(lines, 'line', { signal: AbortSignal.timeout(100_000) });
    expectCurrent(format(await askSchema(Number(port))));
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

/** Asks a provider for its schema as Pulumi's engine does. */
function askSchema(port: number): Promise<string> {
  const require = createRequire(import.meta.url);
  const grpc = createRequire(require.resolve('@pulumi/pulumi'))('@grpc/grpc-js');
  const { ResourceProviderClient } = require('@pulumi/pulumi/proto/provider_grpc_pb.js');
  const { GetSchemaRequest } = require('@pulumi/pulumi/proto/provider_pb.js');
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  return new Promise<string>((resolve, reject) => {
    client.getSchema(new GetSchemaRequest(), (error: Error | null, reply: { getSchema(): string }) => {
      client.close();
      if (error === null) resolve(reply.getSchema());
      else reject(error);
    });
  });
}
