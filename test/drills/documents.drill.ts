// npm run drill:documents: every command of the documents that needs no AWS, the help of every script, and what a
// newcomer does on the second day.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { promiseOfDocuments } from '../docs/document-promises.ts';
import { documents, root } from '../docs/documents.ts';
import { Newcomer } from '../docs/newcomer.ts';
import { isUp } from '../docs/promises.ts';
import { walk } from '../docs/walk.ts';
import { freePort } from '../support/free-port.ts';

/** What the documents ask for: the shell's own tools, and for troubleshooting jq and pkill. */
const programs = 'node npm npx git curl sh cat jq sort head tail sleep rm pkill'.split(' ');

/** What installs, needs AWS or GitHub, or is every test. */
const notRun = [
  ...[/^npm ci$/, /^npm test$/, /^npm run bench$/, /^npm run up\b/, /\bpulumi /, /^aws /, /^gh /],
  // Comes from PyPI; the second is the system that it tests.
  ...[/schemathesis/, /--state \.\.\/tested &$/],
  // Follow from those: a key, a host and a file that Pulumi knows of.
  ...[/^export TRELLIS_API_KEY=…$/, /https:\/\/\$HOST /, /^git add stacks\/delivery\//],
];

/** Scripts that hand their options on to mocha, Biome, tsc or Pulumi. */
const notOurs = ['test', 'check', 'fix', 'drill:service', 'drill:documents', 'up'];

describe('The documents, command by command', function () {
  this.timeout(15 * 60_000);
  let newcomer: Newcomer;
  before(async () => {
    newcomer = new Newcomer([await freePort(), await freePort()], programs);
  });
  after(() => newcomer.leave());

  async function run(command: string, status = 0): Promise<string> {
    const terminal = newcomer.terminal();
    const outcome = await terminal.run(newcomer.adapt(command));
    await terminal.interrupt();
    expect(outcome.status, `${command}\n${outcome.output}`).to.equal(status);
    return outcome.output;
  }
  const page = () => run('curl -s localhost:8080/page');

  describe('npm run … -- --help', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    for (const script of Object.keys(scripts).filter((name) => !notOurs.includes(name)))
      it(script, async () => {
        const output = await run(`npm run -s ${script} -- --help`);
        expect(output).to.match(new RegExp(`^npm (run )?${script}( -- .*)?\\b.{20,}`, 'm'));
        expect(await run('git status --short')).to.equal('?? node_modules\n');
      });
  });

  describe('the first day', () => {
    it('npm start, and data to look at', async () => {
      await newcomer.startSystem('npm start', isUp);
      await run('npm run seed');
      writeFileSync(join(newcomer.clone, '.trellis/bad.csv'), 'orig_code,dest_code,day,price\nA,B,C,D\n');
      expect(await run('npm run upload -- .trellis/bad.csv --kind prices --watch', 1)).to.contain('rejected');
      expect(await run('npm run scan -- . --findings 0')).to.contain('completed');
    });

    it('the commands that npm start prints', async () => {
      const printed = await newcomer.startSystem('npm start', isUp);
      const commands = printed.split('\n').filter((line) => line.startsWith('  curl '));
      expect(commands).to.have.length(3);
      for (const command of commands) await run(`${command} --fail-with-body`);
      expect(await page()).to.contain('new string');
    });
  });

  for (const document of documents.filter((path) => path !== 'README.md'))
    describe(document, () =>
      walk({
        document,
        newcomer: () => newcomer,
        isRun: (command) => !notRun.some((pattern) => pattern.test(command)),
        promiseOf: promiseOfDocuments,
      }),
    );

  describe('the second day', () => {
    it('npm run seed again finds all of it there', async () => {
      const output = await run('npm run seed');
      expect(output.match(/\(was there\)/g)).to.have.length(17);
    });

    it('npm start beside a running one says who runs', async () => {
      const terminal = newcomer.terminal();
      const { status, output } = await terminal.run('npm run -s start');
      expect(status).to.equal(1);
      expect(output.trim()).to.match(
        /^Trellis already runs from .*: http:\/\/localhost:\d+, process \d+, since /,
      );
    });

    it('goes on with its data after kill -9', async () => {
      const before = await page();
      await newcomer.killSystem();
      await newcomer.startSystem('npm start', isUp);
      expect(await page()).to.equal(before);
      expect(await run('npm run seed')).to.match(/^prices .*\(was there\)$/m);
    });

    it('npm run dev answers as a changed source says', async () => {
      await newcomer.startSystem('npm run dev', isUp);
      const source = join(newcomer.clone, 'app/page/render.ts');
      const text = readFileSync(source, 'utf8');
      writeFileSync(source, text.replace('<title>The saved string', '<title>The changed string'));
      while (!(await page()).includes('<title>The changed string')) await sleep(200);
      writeFileSync(source, text);
      while (!(await page()).includes('<title>The saved string')) await sleep(200);
    });

    it('npm run sample and npm run load take other sizes', async () => {
      await run('npm run sample -- --rows 1000 --lanes 2 --seed 3 --from 2022-02-01 --out .trellis/other');
      const output = await run('npm run upload -- .trellis/other/prices.csv --kind prices --watch --partial');
      expect(output).to.match(/^committed {2}1000 rows read/m);
      await run('npm run load -- --url http://127.0.0.1:8080 --rate 20 --duration 5s --scenario mixed');
    });

    it('npm start -- --fresh forgets all but the key', async () => {
      const key = await run('cat .trellis/api-key');
      await newcomer.startSystem('npm start -- --fresh', isUp);
      expect(await page()).to.contain('<h1>The saved string is dynamic string</h1>');
      expect(await run('cat .trellis/api-key')).to.equal(key);
      const users = 'curl -s localhost:8080/api/v1/users -H "Authorization: Bearer $(cat .trellis/api-key)"';
      expect(JSON.parse(await run(users)).items).to.deep.equal([]);
    });

    it('npm run seed fills it again', async () => {
      expect(await run('npm run seed')).to.match(/^prices +5000 rows$/m);
    });
  });
});
