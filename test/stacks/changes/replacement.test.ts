import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import ts from 'typescript';
import { facts, replacement, versions } from '../../../stacks/changes/replacement.ts';
import { planOf } from '../../support/plans.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));
const modules = join(project, 'node_modules/@pulumi');
const inTable = Object.keys(replacement);

/** Settings that make what neither stack has. */
const others = [
  'network.egress=nat',
  'site.domainName=www.example.com',
  'site.hostedZoneId=Z0123',
  'ingest.slackChannel=C0123456789',
  'ingest.slackToken=xoxb-1-a',
  'alarms.slackWorkspace=T07EA123LEP',
  'alarms.slackChannel=C07EZ1ABC23',
  'alarms.email=ops@example.com',
  'scaling.officeHours=MON-FRI 07:00-19:00 Europe/Berlin',
];

/** Those types that the table does not have. */
function missing(types: string[]): string[] {
  return [...new Set(types)].filter((type) => !Object.hasOwn(replacement, type));
}

/** The declaration of a type, such as ecs/service.d.ts of aws:ecs/service:Service. */
function declarationOf(type: string): string {
  const [provider, module, name] = type.split(':') as [string, string, string];
  const path = module === 'index' ? name.toLowerCase() : module.replace(/^index\//, '');
  return join(modules, provider, `${path}.d.ts`);
}

/** The types of an Input, which is a value, a Promise of one or an Output. */
function valuesOf(type: ts.Type): ts.Type[] {
  return type.isUnion() ? type.types.flatMap(valuesOf) : [type];
}

/** What a property path leads to: undefined when the arguments have no such property. */
function follow(checker: ts.TypeChecker, start: ts.Type, path: string): ts.Type | undefined {
  let type = start;
  for (const segment of path.split('.')) {
    const name = segment.replace(/\[\]$/, '');
    const property: ts.Symbol | undefined = valuesOf(type).flatMap(
      (value) => value.getProperty(name) ?? [],
    )[0];
    if (!property) return undefined;
    type = checker.getTypeOfSymbol(property);
    if (!segment.endsWith('[]')) continue;
    const array = valuesOf(type).find((value) => checker.isArrayType(value));
    if (!array) return undefined;
    type = checker.getTypeArguments(array as ts.TypeReference)[0] as ts.Type;
  }
  return type;
}

describe('the table of what replaces a resource', () => {
  it('was read for the providers that are installed', () => {
    for (const [provider, version] of Object.entries(versions)) {
      const { version: installed } = JSON.parse(
        readFileSync(join(modules, provider, 'package.json'), 'utf8'),
      );
      expect(installed, `@pulumi/${provider}: read its source again for stacks/changes/`).to.equal(version);
    }
  });

  it('has every type of both stacks, and of settings that neither has', async function () {
    this.timeout(60_000);
    // One after the other: each evaluation builds the same site and sets the same process's configuration.
    const plans = [
      await planOf('dev'),
      await planOf('prod'),
      await planOf('prod', others),
      await planOf('prod', ['network.egress=ipv6', 'jobs.egress=endpoints']),
    ];
    const planned = plans.flatMap(({ resources }) => resources.map(({ type }) => type));
    expect(missing(planned.filter((type) => /^(aws|docker-build|random):/.test(type)))).to.deep.equal([]);
  });

  it('has every type that the sources make', () => {
    const sources = ['components', 'stacks'].flatMap((directory) =>
      readdirSync(join(project, directory), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
        .map((file) => readFileSync(join(project, directory, file), 'utf8')),
    );
    const made = sources.flatMap((source) =>
      [...source.matchAll(/new aws\.(\w+)\.(\w+)\(/g)].map(([, module, name = '']) => {
        return `aws:${module}/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;
      }),
    );
    expect(made.length).to.be.above(80);
    expect(missing(made)).to.deep.equal([]);
  });

  it('names properties that the arguments of their types have', function () {
    this.timeout(120_000);
    const program = ts.createProgram(inTable.map(declarationOf), {
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      types: [],
      // Without this the compiler reads the declarations of browsers, too.
      lib: ['lib.es2022.d.ts'],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
    });
    const checker = program.getTypeChecker();
    const unknown = Object.entries(replacement).flatMap(([type, { replaces, autoName }]) => {
      const name = `${type.split(':')[2]}Args`;
      const declared = program
        .getSourceFile(declarationOf(type))
        ?.statements.find(
          (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name,
        );
      if (!declared) return [`${type} has no ${name}`];
      const start = checker.getTypeAtLocation(declared);
      const paths = [...Object.keys(replaces), ...(autoName ? [autoName] : [])];
      return paths.filter((path) => !follow(checker, start, path)).map((path) => `${type} has no ${path}`);
    });
    expect(unknown).to.deep.equal([]);
  });

  it('tells surprises of its own types only', () => {
    expect(missing(Object.keys(facts))).to.deep.equal(['*']);
  });
});
