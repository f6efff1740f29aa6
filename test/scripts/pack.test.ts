import { cpSync, existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect } from 'chai';
import { evaluateExample, examples } from '../../scripts/examples.ts';
import { check, compilerOptions } from '../../scripts/package/compile.ts';
import { root } from '../../scripts/package/manifest.ts';
import { Monitor } from '../../stacks/evaluate/monitor.ts';
import { type Listening, listen } from '../../stacks/evaluate/server.ts';
import { simulatedCloud } from '../../stacks/plan/cloud.ts';
import { planOf } from '../../stacks/plan/evaluate.ts';
import { packageRoom } from '../support/package-room.ts';
import { Plugin } from '../support/plugin.ts';

describe('the package of the components', function () {
  // The compiler reads the declarations of all of AWS.
  this.timeout(120_000);
  let installed: string;
  before(async () => {
    ({ installed } = await packageRoom());
  });

  const readJson = (file: string) => JSON.parse(readFileSync(join(installed, file), 'utf8'));

  it('holds the components, the workflows, the contract and the loop of workers, compiled, and nothing else', () => {
    expect(readdirSync(installed).sort()).to.deep.equal([
      'CHANGELOG.md',
      'LICENSE',
      'PulumiPlugin.yaml',
      'README.md',
      'lib',
      'package.json',
      'plugin.js',
      'schema.json',
      'src',
    ]);
    for (const folder of ['lib', 'src']) {
      expect(readdirSync(join(installed, folder)).sort()).to.deep.equal([
        'components',
        'contract',
        'worker',
        'workflows',
      ]);
    }
    const kinds = (folder: string) =>
      new Set(globSync('**/*.*', { cwd: join(installed, folder) }).map((file) => file.replace(/^[^.]*/, '')));
    expect(kinds('src')).to.deep.equal(new Set(['.ts']));
    expect(kinds('lib')).to.deep.equal(new Set(['.js', '.js.map', '.d.ts', '.d.ts.map']));
  });

  it('has what package.json says may be imported', () => {
    const { main, types, exports } = readJson('package.json');
    const files = [main, types, ...Object.values(exports).flatMap((one) => Object.values(Object(one)))];
    expect(files.length).to.be.greaterThan(20);
    expect(files.filter((file) => file.length > 1 && !existsSync(join(installed, file)))).to.deep.equal([]);
  });

  it('leaves the SDKs of Pulumi to the program', () => {
    const {
      dependencies,
      peerDependencies,
      peerDependenciesMeta,
      private: isPrivate,
      scripts,
    } = readJson('package.json');
    expect(Object.keys(dependencies)).to.deep.equal([
      '@aws-sdk/client-ecs',
      '@aws-sdk/credential-providers',
      'mime',
    ]);
    expect(Object.keys(peerDependencies)).to.deep.equal([
      '@pulumi/aws',
      '@pulumi/awsx',
      '@pulumi/pulumi',
      '@aws-sdk/client-sqs',
    ]);
    expect(peerDependenciesMeta).to.deep.equal({ '@aws-sdk/client-sqs': { optional: true } });
    expect([isPrivate, scripts]).to.deep.equal([undefined, undefined]);
  });

  it('has maps that lead to its sources', () => {
    for (const map of globSync('lib/**/*.map', { cwd: installed })) {
      const { sources } = readJson(map) as { sources: string[] };
      const missing = sources.filter((source) => !existsSync(join(installed, dirname(map), source)));
      expect([map, sources.length, missing]).to.deep.equal([map, 1, []]);
    }
  });

  describe('with the examples', () => {
    const folder = () => join(installed, '../../examples');
    before(() => cpSync(join(root, 'examples'), folder(), { recursive: true }));

    it('has types that take their arguments, and no others', () => {
      const files = globSync('*/{index,worker/worker}.ts', { cwd: folder() }).map((file) =>
        join(folder(), file),
      );
      expect(files).to.have.length(examples.length + 1);
      const wrong = join(folder(), 'wrong.ts');
      writeFileSync(
        wrong,
        readFileSync(join(folder(), 'shop/index.ts'), 'utf8').replace('zones: 2', "zones: 'two'"),
      );
      expect(
        check([...files, wrong], compilerOptions(folder()))
          .trim()
          .split('\n'),
      ).to.deep.equal([
        `${relative(root, wrong)}(3,39): error TS2322: Type 'string' is not assignable to type 'number'.`,
      ]);
    });

    for (const name of examples) {
      it(`plans ${name} as the sources do`, async () => {
        const resourcesOf = async (where?: string) =>
          planOf('dev', await evaluateExample(name, where)).resources.map(({ urn, inputs }) => [urn, inputs]);
        expect(await resourcesOf(folder())).to.deep.equal(await resourcesOf());
      });
    }
  });

  describe('as a plugin', () => {
    let plugin: Plugin;
    let monitor: Monitor;
    let engine: Listening;
    before(async () => {
      monitor = new Monitor('shop', 'test', simulatedCloud('us-east-1'));
      engine = await listen(monitor);
      plugin = await Plugin.start(installed, engine.address);
    });
    after(async () => {
      await plugin.stop();
      engine.close();
      monitor.close();
    });

    it('answers with its schema', async () => {
      expect(await plugin.schema()).to.equal(readFileSync(join(installed, 'schema.json'), 'utf8'));
    });

    it('makes a component', async () => {
      const made = await plugin.construct(engine.address, 'trellis:index:DataStore', 'orders', {
        partitionKey: 'customer',
        indexes: [{ name: 'by-day', partitionKey: 'day' }],
      });
      expect(made.getUrn()).to.equal('urn:pulumi:test::shop::trellis:index:DataStore::orders');
      const state = made.getState()?.toJavaScript();
      expect(Object.keys(state ?? {}).sort()).to.include.members(['tableArn', 'tableName']);
      expect(monitor.registered.map(({ type, name, parent }) => [type, name, parent])).to.deep.include([
        'aws:dynamodb/table:Table',
        'orders-table',
        made.getUrn(),
      ]);
      const table = monitor.registered.find(({ name }) => name === 'orders-table');
      expect(table?.inputs).to.deep.include({ hashKey: 'customer' });
    });

    it('refuses what it does not have, and arguments that a component refuses', async () => {
      const problem = (type: string) =>
        plugin.construct(engine.address, type, 'none', {}).then(
          () => 'made',
          (error: Error) => error.message,
        );
      expect(await problem('trellis:index:Toaster')).to.contain(
        'there is no component trellis:index:Toaster',
      );
      expect(await problem('trellis:index:DataStore')).to.contain('DataStore "none"');
    });
  });
});
