import { expect } from 'chai';
import { fingerprinted } from '../../../data/scans/finding.ts';
import { createDuplicateFinder } from '../../../jobs/duplicates/duplicates.ts';
import { countLines, createLanguageCounter } from '../../../jobs/languages/languages.ts';
import { textOf } from '../../../jobs/runtime/source.ts';
import { createInventory } from '../../../jobs/sbom/sbom.ts';
import { findSecrets, mask } from '../../../jobs/secrets/secrets.ts';
import { failures, summarize, verdict } from '../../../jobs/summary/summary.ts';
import { privateKey, slackWebhook } from '../../support/repository.ts';

describe('the secrets scanner', () => {
  it('finds a Slack webhook and a private key where they are, and keeps them to itself', async () => {
    const text = `// config\nconst hook = '${slackWebhook}';\n${privateKey}`;
    const found = await findSecrets('src/a.js', text);
    expect(found.map(({ rule, severity, line, column }) => ({ rule, severity, line, column }))).to.deep.equal(
      [
        { rule: 'slack/IncomingWebhook', severity: 'high', line: 2, column: 15 },
        { rule: 'privatekey/PrivateKey', severity: 'high', line: 3, column: 1 },
      ],
    );
    const shown = JSON.stringify(found);
    for (const secret of ['T00000001', 'abcdefghijklmnop', 'MIIEpAIBAAKCAQ'])
      expect(shown).not.to.include(secret);
    expect(found[0]?.message).to.equal('found Slack Incoming Webhook: ****');
  });

  it('is not switched off by comments of the repository', async () => {
    const text = `/* secretlint-disable */\n// secretlint-disable-next-line\nx = "${slackWebhook}"`;
    expect(await findSecrets('a.js', text)).to.have.length(1);
  });

  it('masks what a rule has forgotten to mask, and the length of the rest', () => {
    expect(mask('found hunter2 in *******', 'hunter2')).to.equal('found **** in ****');
    expect(mask('found', '')).to.equal('found');
  });
});

describe('the text of a file', () => {
  const text = `key = "${slackWebhook}"\r\nname = "一 💡"\r\n`;
  const little = Buffer.from(text, 'utf16le');
  const big = Buffer.from(little).swap16();
  const encodings: readonly [string, Buffer][] = [
    ['UTF-8', Buffer.from(text)],
    ['UTF-16, little endian, with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), little])],
    ['UTF-16, big endian, with a mark', Buffer.concat([Buffer.from([0xfe, 0xff]), big])],
    ['UTF-16, little endian', little],
    ['UTF-16, big endian', big],
  ];
  for (const [encoding, content] of encodings)
    it(`is read in ${encoding}, with its secrets`, async () => {
      expect(textOf(content)).to.equal(text);
      const found = await findSecrets('a.txt', textOf(content) ?? '');
      expect(found.map(({ rule, line }) => `${rule} ${line}`)).to.deep.equal(['slack/IncomingWebhook 1']);
    });

  it('is read although the looked-at part ends within a character', () => {
    const long = `${'x'.repeat(3999)}💡${'y'.repeat(10)}`;
    expect(textOf(Buffer.from(long, 'utf16le'))).to.equal(long);
  });

  it('is none in files of numbers, programs and pictures', () => {
    const numbers = Buffer.alloc(2000);
    for (let i = 0; i < 1000; i++) numbers.writeInt16LE(Math.round(300 * Math.sin(i / 10)), i * 2);
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    const elf = Buffer.from('7f454c4602010100000000000000000003003e0001000000', 'hex');
    for (const content of [numbers, png, elf, Buffer.from('a\0b'), Buffer.alloc(10)])
      expect(textOf(content), content.toString('hex', 0, 16)).to.equal(undefined);
  });
});

describe('fingerprints', () => {
  const found = { rule: 'r', severity: 'high', message: 'm', path: 'p', subject: 's' } as const;

  it('stay when a finding moves, and tell equal findings of a file apart', () => {
    const before = fingerprinted('k', [
      { ...found, line: 3 },
      { ...found, line: 9 },
    ]);
    const after = fingerprinted('k', [
      { ...found, line: 70 },
      { ...found, line: 4 },
    ]);
    const ids = before.findings.map(({ fingerprint }) => fingerprint);
    expect(new Set(ids).size).to.equal(2);
    expect(after.findings.map(({ fingerprint }) => fingerprint)).to.deep.equal(ids);
    expect(before.findings[0]).not.to.have.property('subject');
  });

  it('differ by kind, rule, path and subject', () => {
    const one = (kind: string, change: object) =>
      fingerprinted(kind, [{ ...found, ...change }]).findings[0]?.fingerprint;
    const ids = [
      one('k', {}),
      one('l', {}),
      one('k', { rule: 'x' }),
      one('k', { path: 'x' }),
      one('k', { subject: 'x' }),
    ];
    expect(new Set(ids).size).to.equal(5);
  });

  it('come with the most severe first, and with the number of those left out', () => {
    const many = Array.from({ length: 5001 }, (_, line) => ({ ...found, severity: 'low' as const, line }));
    const list = fingerprinted('k', [...many, { ...found, path: 'z' }]);
    expect(list.total).to.equal(5002);
    expect(list.findings).to.have.length(5000);
    expect(list.findings[0]).to.include({ severity: 'high', path: 'z' });
  });
});

const code = Array.from({ length: 12 }, (_, i) => `  const value${i} = compute(${i}, 'text');`).join('\n');

describe('the duplicates scanner', () => {
  it('finds a copy, and where the original is', async () => {
    const finder = createDuplicateFinder();
    await finder.add('a.ts', `export function a() {\n${code}\n}\n`);
    await finder.add('b.ts', `// another head\n\nfunction b(x: number) {\n${code}\n  return x;\n}\n`);
    await finder.add('c.ts', 'export const nothing = 1;\n');
    const [clone, ...rest] = finder.found();
    expect(rest).to.deep.equal([]);
    expect(clone).to.include({ rule: 'duplicate-code', path: 'b.ts' });
    expect(clone?.message).to.match(/^1\d lines are the same as in a\.ts from line [12]$/);
  });

  it('leaves generated files, data and what is too large alone', async () => {
    const finder = createDuplicateFinder();
    for (const path of ['a.json', 'b.json', 'vendor/a.ts', 'dist/b.js', 'x.min.js'])
      await finder.add(path, code);
    await finder.add('huge.ts', code.repeat(1000));
    expect(finder.found()).to.deep.equal([]);
    expect(finder.counts).to.include({ files: 0, skipped: 1 });
  });
});

describe('the languages scanner', () => {
  it('counts files and lines by name', () => {
    const counter = createLanguageCounter();
    for (const [path, text] of [
      ['a.ts', '1\n2\n'],
      ['b.tsx', '1'],
      ['Dockerfile', 'FROM x\n'],
      ['x/Makefile', 'all:\n'],
      ['what', '?'],
    ] as const)
      counter.add(path, text);
    expect(counter.counts()).to.deep.equal([
      { language: 'typescript', files: 2, lines: 3, bytes: 5 },
      { language: 'docker', files: 1, lines: 1, bytes: 7 },
      { language: 'makefile', files: 1, lines: 1, bytes: 5 },
      { language: 'other', files: 1, lines: 1, bytes: 1 },
    ]);
  });

  it('counts a last line without its newline', () => {
    expect(['', 'a', 'a\n', 'a\nb', '\n\n'].map(countLines)).to.deep.equal([0, 1, 1, 2, 2]);
  });
});

describe('the SBOM scanner', () => {
  const inventoryOf = (path: string, text: string) => {
    const inventory = createInventory();
    inventory.add(path, text);
    return inventory;
  };
  const purls = (path: string, text: string) =>
    inventoryOf(path, text)
      .bom()
      .components.map(({ purl }) => purl);

  const npm = JSON.stringify({
    packages: {
      '': { name: 'root', version: '1.0.0' },
      'node_modules/a': { version: '1.2.3', resolved: 'https://r/a.tgz', integrity: 'sha512-x' },
      'node_modules/@s/b': { version: '2.0.0', resolved: 'http://r/b.tgz', integrity: 'sha512-x' },
      'node_modules/a/node_modules/c': { version: '3.0.0', resolved: 'git+ssh://git@h/c.git#1' },
      'node_modules/d': { version: '4.0.0', resolved: 'https://r/d.tgz' },
      'node_modules/link': { resolved: 'packages/link', link: true },
    },
  });

  it('reads npm lockfiles, and finds what nothing vouches for', () => {
    expect(purls('x/package-lock.json', npm)).to.deep.equal([
      'pkg:npm/%40s/b@2.0.0',
      'pkg:npm/a@1.2.3',
      'pkg:npm/c@3.0.0',
      'pkg:npm/d@4.0.0',
    ]);
    const rules = inventoryOf('package-lock.json', npm).found.map(
      ({ rule, severity }) => `${rule} ${severity}`,
    );
    expect(rules).to.deep.equal(['insecure-source medium', 'git-source low', 'no-integrity low']);
  });

  it('reads names that have half a surrogate pair', () => {
    const text = '{"packages":{"node_modules/a\\ud83d":{"version":"1"}}}';
    expect(purls('package-lock.json', text)).to.deep.equal(['pkg:npm/a%EF%BF%BD@1']);
  });

  for (const [path, text, expected] of [
    ['requirements.txt', 'Foo_Bar[x]==1.0 ; python_version>"3"\n# c==1\nopen>=2\n', ['pkg:pypi/foo-bar@1.0']],
    [
      'go.sum',
      'example.com/m v1.2.0 h1:x=\nexample.com/m v1.2.0/go.mod h1:y=\n',
      ['pkg:golang/example.com/m@v1.2.0'],
    ],
    [
      'Cargo.lock',
      'version = 3\n[[package]]\nname = "mine"\nversion = "0.1.0"\n\n[[package]]\nname = "serde"\nversion = "1.0.1"\nsource = "registry+https://x"\nchecksum = "ab"\n',
      ['pkg:cargo/serde@1.0.1'],
    ],
    [
      'Cargo.lock',
      [
        "[[package]]\r\nname = 'windows' # checked out there\r\nversion = '1'\r\nsource = 'registry+https://x'\r\n",
        '[[package]]\r\nname = "mine"\r\nversion = "0.1.0"\r\n\r\n',
        '[[patch.unused]]\r\nname = "unused"\r\nversion = "2.0.0"\r\nsource = "git+https://x"\r\n',
      ].join(''),
      ['pkg:cargo/windows@1'],
    ],
    [
      'composer.lock',
      '{"packages":[{"name":"v/p","version":"1.0"}],"packages-dev":[{"name":"v/d","version":"2"}]}',
      ['pkg:composer/v/d@2', 'pkg:composer/v/p@1.0'],
    ],
    ['Gemfile.lock', 'GEM\n  specs:\n    rails (7.1.2)\n      rack (>= 2)\n', ['pkg:gem/rails@7.1.2']],
  ] as const)
    it(`reads ${path}: ${expected}`, () => expect(purls(path, text)).to.deep.equal([...expected]));

  it('takes broken lockfiles for none', () => {
    for (const text of ['', '{', 'null', '[]', '{"packages":7}', '{"packages":{"node_modules/a":null}}'])
      expect(purls('package-lock.json', text), text).to.deep.equal([]);
    for (const text of ['[[package', '[package]', 'package = 1', '[[package]]\nname = 1\nsource = 2'])
      expect(purls('Cargo.lock', text), text).to.deep.equal([]);
    const numbers = '[[package]]\nname = 1\nversion = 2\nsource = 3\n';
    expect(purls('Cargo.lock', numbers)).to.deep.equal(['pkg:cargo/1@2']);
  });
});

describe('the summary', () => {
  const finding = {
    fingerprint: 'f',
    kind: 'secrets',
    rule: 'r',
    severity: 'high',
    message: 'm',
    path: 'p',
  } as const;

  it('puts results together', () => {
    const { summary, findings } = summarize(
      new Map([
        [
          'duplicates',
          { findings: [{ ...finding, kind: 'duplicates', severity: 'low' as const }], total: 1 },
        ],
        ['secrets', { findings: [finding], total: 7 }],
        ['languages', { languages: [{ language: 'c', files: 1, lines: 9, bytes: 1 }], lines: 9 }],
        ['sbom', { packages: 0 }],
      ]),
    );
    expect(summary).to.deep.equal({
      text: '8 findings: 1 high, 1 low',
      findings: 8,
      by_severity: { high: 1, medium: 0, low: 1 },
      by_kind: { duplicates: 1, secrets: 7, languages: 0, sbom: 0 },
      by_rule: { 'secrets: r': 1, 'duplicates: r': 1 },
      languages: { c: 9 },
      lines: 9,
      packages: 0,
    });
    expect(findings.map(({ severity }) => severity)).to.deep.equal(['high', 'low']);
  });

  it('passes only what has nothing severe, and says which jobs failed', () => {
    const by = (high: number) => ({ by_severity: { high, medium: 1, low: 1 } });
    expect([verdict(by(0)), verdict(by(1))]).to.deep.equal(['success', 'failure']);
    expect(
      failures([
        { kind: 'a', status: 'succeeded' },
        { kind: 'b', status: 'failed', reason: 'why' },
        { kind: 'c', status: 'failed' },
      ]),
    ).to.equal('b failed: why; c failed: unknown reason');
  });
});
