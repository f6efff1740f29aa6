import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { definitions } from '../stacks/settings/index.ts';
import { documents, readDocument, root } from './docs/documents.ts';
import { planOf } from './support/plans.ts';

const described = ['docs/design.md', 'docs/troubleshooting.md'];
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** All of a document's code, in which names are looked for. */
const codeOf = (path: string) => readDocument(path).code.join('\n');
const found = (text: string, pattern: RegExp) => [
  ...new Set([...text.matchAll(pattern)].map(([, name]) => name)),
];

describe('what the documents name', () => {
  for (const path of documents) {
    it(`${path}: every npm script exists`, () => {
      const named = found(codeOf(path), /npm (?:run )?(?:-s )?([a-z][a-z:]*)/g).filter(
        (name) => !['ci', 'install', 'exec'].includes(name as string) && name !== 'run',
      );
      expect(
        named.filter((name) => !Object.hasOwn(scripts, `${name}`) && !isFamily(`${name}`)),
      ).to.deep.equal([]);
    });
  }

  for (const path of described) {
    it(`${path}: every setting exists`, () => {
      const groups = new Set(Object.keys(definitions).map((key) => key.split('.')[0]));
      const named = found(codeOf(path), /(?:^|[\s`])([a-z]+\.[a-z][A-Za-z]+)\b(?![./(])/g).filter((name) =>
        groups.has(name?.split('.')[0]),
      );
      expect(named).not.to.deep.equal([]);
      expect(named.filter((name) => !Object.hasOwn(definitions, `${name}`))).to.deep.equal([]);
    });
  }

  it('docs/troubleshooting.md: every environment variable is read somewhere', () => {
    const read = sourceOf('local', 'contract', 'scripts');
    const named = found(
      codeOf('docs/troubleshooting.md'),
      /\b(AWS_[A-Z_0-9]+|CHROMIUM|PORT|TRELLIS_[A-Z_]+)\b/g,
    );
    expect(named).to.include.members(['AWS_ENDPOINT_URL_DYNAMODB', 'CHROMIUM', 'PORT']);
    expect(named.filter((name) => !read.includes(`${name}`))).to.deep.equal([]);
  });

  it('docs/troubleshooting.md: every alarm and queue is in the plan of prod', async function () {
    this.timeout(60_000);
    const { resources } = await planOf('prod');
    const existing = resources.map(({ name }) => name);
    const named = readDocument('docs/troubleshooting.md').code.filter((code) =>
      /^(monitoring|ingest|scans|api)-[a-z<>-]+$/.test(code),
    );
    expect(named).to.include.members(['monitoring-api-latency', 'api-errors', 'ingest-failures']);
    const missing = named.filter((name) => !existing.includes(name.replace('<table>', 'players')));
    expect(missing).to.deep.equal([]);
  });

  it('docs/troubleshooting.md: every field of the log is written', () => {
    const written = readFileSync(join(root, 'app/plugins/timings.ts'), 'utf8');
    for (const field of ['request_id', 'route', 'status', 'ms', 'database_ms'])
      expect(written).to.match(new RegExp(`\\b${field}[:,]`), field);
  });
});

/** `npm run drill:…` stands for all of them. */
function isFamily(name: string): boolean {
  return name.endsWith(':') && Object.keys(scripts).some((script) => script.startsWith(name));
}

function sourceOf(...directories: string[]): string {
  return directories
    .flatMap((directory) =>
      readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => readFileSync(join(root, directory, name), 'utf8')),
    )
    .join('\n');
}
