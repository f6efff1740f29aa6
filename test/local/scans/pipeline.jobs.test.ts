import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import type { Answer } from '../../support/app.ts';
import { type LaptopScans, startScans } from '../../support/laptop-scans.ts';
import { makeRepository, privateKey, type Repository, slackWebhook } from '../../support/repository.ts';
// SARIF's schema as Microsoft's npm package @microsoft/jest-sarif 1.0.0-beta.0 has it, under the MIT licence.
import sarif21 from './sarif-2.1.0-rtm.5.json' with { type: 'json' };

const body = Array.from({ length: 12 }, (_, i) => `  const value${i} = compute(${i}, 'text');`).join('\n');

/** Programs that a scanner would run if it loaded the configuration of what it scans. */
function plantConfigurations(repository: Repository, proof: string): void {
  const program = `require('node:fs').writeFileSync(${JSON.stringify(proof)}, 'ran');`;
  const module = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(proof)}, 'ran'); export default {};`;
  for (const name of ['eslint.config.js', 'vite.config.ts', 'knip.ts', '.jscpd.mjs', 'secretlint.config.mjs'])
    repository.write(name, module);
  for (const name of ['.secretlintrc.js', '.eslintrc.cjs', '.mocharc.cjs', '.jscpd.js'])
    repository.write(name, program);
  repository.write('.secretlintrc.json', JSON.stringify({ rules: [] }));
  repository.write('.secretlintignore', '**\n');
  repository.write(
    '.jscpd.json',
    JSON.stringify({ ignore: ['**'], reporters: [join(repository.directory, 'evil.cjs')] }),
  );
  repository.write('evil.cjs', program);
  repository.write('.npmrc', 'node-options=--require ./evil.cjs\n');
  repository.write('node_modules/@secretlint/core/index.js', program);
  repository.write(
    'package.json',
    JSON.stringify({ type: 'module', jscpd: { ignore: ['**'] }, scripts: { postinstall: 'node evil.cjs' } }),
  );
}

describe('a scan with the real jobs', function () {
  this.timeout(60_000);
  let harness: LaptopScans;
  let repository: Repository;
  let scan: Answer;
  let proof: string;

  before(async () => {
    harness = await startScans({ maxVcpus: 2 });
    repository = makeRepository({
      'src/hook.js': `export const hook = '${slackWebhook}';\n`,
      'deploy/id_rsa': privateKey,
      'src/a.ts': `export function a() {\n${body}\n}\n`,
      'src/b.ts': `export function b() {\n${body}\n}\n`,
      'package-lock.json': JSON.stringify({
        packages: { 'node_modules/a': { version: '1.0.0', resolved: 'http://r/a.tgz', integrity: 'x' } },
      }),
    });
    proof = join(harness.directory, 'proof');
    plantConfigurations(repository, proof);
    repository.commit();
    scan = await harness.ended(await harness.request(repository.url));
  });
  after(async () => {
    await harness.stop();
    repository.remove();
  });

  it('finds the planted webhook and key, masked', () => {
    expect(scan, JSON.stringify(scan)).to.include({ status: 'completed', ref: 'HEAD' });
    expect(scan.commit).to.equal(repository.git(['rev-parse', 'HEAD']));
    const secrets = scan.findings.items.filter(({ kind }: Answer) => kind === 'secrets');
    expect(secrets.map(({ path, rule }: Answer) => `${path} ${rule}`)).to.deep.equal([
      'deploy/id_rsa privatekey/PrivateKey',
      'src/hook.js slack/IncomingWebhook',
    ]);
    expect(JSON.stringify(scan)).not.to.match(/T00000001|MIIEpAIB|abcdefghijklmno/);
  });

  it('has a result of every scanner, and counts them', () => {
    expect(scan.jobs.map(({ kind, status }: Answer) => `${kind} ${status}`)).to.deep.equal(
      ['fetch', 'secrets', 'duplicates', 'languages', 'sbom', 'summary'].map((kind) => `${kind} succeeded`),
    );
    expect(scan.summary.by_severity).to.deep.equal({ high: 2, medium: 1, low: scan.summary.by_severity.low });
    expect(scan.summary.by_kind).to.include({ secrets: 2, sbom: 1 });
    expect(scan.summary.by_kind.duplicates).to.be.above(0);
    expect(scan.summary.languages).to.include.keys('typescript', 'javascript');
  });

  it('ran nothing of the repository', () => {
    expect(existsSync(proof)).to.equal(false);
  });

  it('is announced once, to Slack and GitHub', () => {
    expect(harness.shown).to.deep.equal([
      `Scan completed: ${repository.url} (HEAD, ${scan.commit}): ${scan.summary.text}`,
    ]);
  });

  it('is listed by its repository, in any spelling', async () => {
    const of = async (url: string) =>
      (await harness.call('GET', `/api/v1/scans?repository_url=${encodeURIComponent(url)}`, undefined, 200))
        .items;
    expect((await of(repository.url)).map(({ id }: Answer) => id)).to.deep.equal([scan.id]);
    expect((await of(`${repository.url}/`)).map(({ id }: Answer) => id)).to.deep.equal([scan.id]);
    expect(await of('https://github.com/nobody/nothing')).to.deep.equal([]);
    const { errors } = await harness.call('GET', '/api/v1/scans?repository_url=http://x', undefined, 400);
    expect(errors[0].field).to.equal('query.repository_url');
  });

  it('pages and filters its findings', async () => {
    const get = (query: string, status = 200) =>
      harness.call('GET', `/api/v1/scans/${scan.id}?${query}`, undefined, status);
    const all = (await get('limit=100')).findings;
    expect(all.next_cursor).to.equal(null);
    expect(all.items).to.have.length(scan.summary.findings);
    const paged: Answer[] = [];
    for (let cursor = ''; ; ) {
      const { findings } = await get(`limit=2${cursor}`);
      paged.push(...findings.items);
      if (findings.next_cursor === null) break;
      cursor = `&cursor=${findings.next_cursor}`;
    }
    expect(paged).to.deep.equal(all.items);
    expect((await get('severity=high')).findings.items).to.have.length(2);
    expect((await get('rule=insecure-source')).findings.items).to.have.length(1);
    expect((await get('severity=low&rule=insecure-source')).findings.items).to.deep.equal([]);
    for (const bad of ['severity=awful', 'limit=0', 'cursor=!', 'format=xml', 'unknown=1'])
      await get(bad, 400);
    expect((await get('cursor=AAAA', 404)).errors[0].field).to.equal('query.cursor');
  });

  it('can be downloaded as SARIF that fits the schema', async () => {
    const answer = await harness.app.inject({
      url: `/api/v1/scans/${scan.id}?format=sarif`,
      headers: { authorization: 'Bearer test-key-of-the-api' },
    });
    expect(answer.headers['content-type']).to.match(/^application\/sarif\+json/);
    const sarif = answer.json();
    // Of draft 4 it uses nothing that later drafts read in another way, but for the name of its `id`.
    const { $schema: _draft4, id: _id, ...schema } = sarif21;
    const options = { strict: false, validateFormats: false, unicodeRegExp: false };
    const validate = new Ajv(options).compile(schema);
    expect(validate(sarif), JSON.stringify(validate.errors)).to.equal(true);
    // A schema that takes anything would prove nothing.
    expect(validate({ ...sarif, runs: [{}] })).to.equal(false);
    const results = sarif.runs.flatMap((run: Answer) => run.results);
    expect(results).to.have.length(scan.summary.findings);
    const hook = results.find(({ ruleId }: Answer) => ruleId === 'slack/IncomingWebhook');
    expect(hook).to.deep.include({ level: 'error', message: { text: 'found Slack Incoming Webhook: ****' } });
    expect(hook.locations[0].physicalLocation).to.deep.equal({
      artifactLocation: { uri: 'src/hook.js' },
      region: { startLine: 1, startColumn: 22, endLine: 1 },
    });
    expect(answer.body).not.to.match(/T00000001|MIIEpAIB/);
  });

  it('tells the same finding by the same fingerprint in another commit', async () => {
    repository.write('src/hook.js', `\n\n// moved\nexport const hook = '${slackWebhook}';\n`);
    repository.commit();
    const later = await harness.ended(await harness.request(repository.url));
    const fingerprint = ({ findings }: Answer) =>
      findings.items.find(({ path }: Answer) => path === 'src/hook.js')?.fingerprint;
    expect(fingerprint(later)).to.equal(fingerprint(scan)).and.be.a('string');
  });

  it('ends failed, with the reason, when the repository is refused', async () => {
    const evil = makeRepository({ a: '1' });
    evil.link('passwd', '/etc/passwd');
    evil.commit();
    const refused = await harness.ended(await harness.request(evil.url));
    evil.remove();
    expect(refused.status).to.equal('failed');
    expect(refused.reason).to.equal('the repository has a symbolic link that leads out of it: "passwd"');
    expect(refused.jobs[0]).to.include({ kind: 'fetch', status: 'failed', reason: refused.reason });
    expect(refused.summary).to.equal(null);
  });

  it('ends failed, with a reason that can be kept, when it is cut within an emoji', async () => {
    const evil = makeRepository({ a: '1' });
    // An odd number of units before the emoji, each of which has two, or an even one.
    for (const prefix of ['x', 'xx']) {
      const path = [prefix, '💡'.repeat(50), '💡'.repeat(50), '💡'.repeat(50)].join('/');
      evil.link(path, '/etc/passwd');
      evil.commit();
      const refused = await harness.ended(await harness.request(evil.url));
      expect(refused).to.include({ status: 'failed' });
      expect(refused.reason).to.match(/💡�?…$/u);
      evil.git(['rm', '--quiet', '-r', prefix]);
    }
    evil.remove();
  });
});
