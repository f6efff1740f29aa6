import { expect } from 'chai';
import { importsOf, readImports, rules, violations } from './imports.ts';

describe('imports', () => {
  it('keep to the rules of the house', () => {
    expect(violations(readImports())).to.deep.equal([]);
  });

  it('are read whatever their form, and from code alone', () => {
    const source = `
      import type { A } from './a.ts';
      import { type B } from "../b.ts";
      import './c.ts';
      export * from './d.ts';
      export type { E } from './e.ts';
      const f = await import('./f.ts');
      type G = import('./g.ts').G;
      import fastify from 'fastify';
      // import './comment.ts'
      const text = "import './text.ts'";`;
    expect(importsOf('app/page/routes.ts', source)).to.deep.equal([
      'app/page/a.ts',
      'app/b.ts',
      ...['c', 'd', 'e', 'f', 'g'].map((name) => `app/page/${name}.ts`),
      'package:fastify',
    ]);
  });

  /** One import that breaks each rule, in the order of the rules. */
  const planted: readonly (readonly [file: string, imported: string])[] = [
    ['contract/tables.ts', 'package:node:fs'],
    ['workflows/scan.ts', 'components/iam.ts'],
    ['data/logger.ts', 'app/problem.ts'],
    ['app/page/store.ts', 'jobs/runtime/objects.ts'],
    ['jobs/ingest/main.ts', 'app/rates/store.ts'],
    ['components/job-queue/roles.ts', 'stacks/naming.ts'],
    ['worker/work.ts', 'package:@pulumi/pulumi'],
    ['components/job-queue/roles.ts', 'components/network/layout.ts'],
    ['app/users/property-routes.ts', 'data/dynamodb/errors.ts'],
    ['bench/load/main.ts', 'test/support/service.ts'],
  ];
  rules.forEach(({ rule }, i) => {
    it(`are reported when they break a rule: ${rule}`, () => {
      const [file, imported] = planted[i] as (typeof planted)[number];
      expect(violations(new Map([[file, [imported]]]))).to.deep.equal([
        `${file} imports ${imported}: ${rule}`,
      ]);
    });
  });

  it('are reported when they make a circle of files', () => {
    const imports = new Map([
      ['local/a.ts', ['local/b.ts', 'package:x']],
      ['local/b.ts', ['local/c.ts']],
      ['local/c.ts', ['local/a.ts', 'local/d.ts']],
      ['local/d.ts', []],
    ]);
    expect(violations(imports)).to.deep.equal([
      'local/a.ts, local/b.ts, local/c.ts: files import each other in a circle',
      'local/a.ts, local/b.ts, local/c.ts: folders import each other in a circle',
    ]);
  });

  it('are reported when they make a circle of folders, although none of files', () => {
    const imports = new Map([
      ['app/scans/routes.ts', ['app/jobs/start.ts']],
      ['app/jobs/routes.ts', ['app/scans/schema.ts', 'app/problem.ts']],
      ['app/jobs/start.ts', []],
      ['app/scans/schema.ts', []],
      ['app/problem.ts', []],
    ]);
    expect(violations(imports)).to.deep.equal(['app/jobs, app/scans: folders import each other in a circle']);
  });

  it('may lead from two files to a third one', () => {
    const imports = new Map([
      ['app/scans/routes.ts', ['app/records/store.ts']],
      ['app/jobs/routes.ts', ['app/records/store.ts', 'contract/scans.ts']],
      ['app/records/store.ts', ['contract/scans.ts', 'data/dynamodb/query.ts']],
      ['components/job-queue/roles.ts', ['components/iam.ts', 'components/network/index.ts']],
    ]);
    expect(violations(imports)).to.deep.equal([]);
  });
});
