import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { retiredWords } from './words.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = [
  'app',
  'bench',
  'components',
  'contract',
  'data',
  'docs',
  'jobs',
  'local',
  'scripts',
  'site/src',
  'stacks',
  'worker',
  'workflows',
];
const documents = ['README.md', 'CONTRIBUTING.md'];

describe('the words of the project', () => {
  it('are none of those that were retired', () => {
    const args = ['ls-files', '-z', '--', ...folders, ...documents];
    const files = execFileSync('git', args, { cwd: root, encoding: 'utf8' })
      .split('\0')
      // A file that is removed is listed until its removal is committed.
      .filter((file) => /\.(ts|tsx|md)$/.test(file) && existsSync(join(root, file)));
    expect(files).to.include.members(['README.md', 'app/server.ts', 'docs/design.md']);
    expect(files.flatMap((file) => retiredWords(file, readFileSync(join(root, file), 'utf8')))).to.deep.equal(
      [],
    );
  });

  it('are found by file and line', () => {
    const text =
      "/** Nobody may.\n * The lost starts on whose behalf. */\nconst requisites = startsLost;\nnobody's choice";
    expect(retiredWords('a.ts', text)).to.deep.equal([
      'a.ts:1: Nobody',
      'a.ts:2: lost starts',
      'a.ts:2: whose behalf',
      'a.ts:3: requisites',
      'a.ts:4: nobody',
    ]);
  });

  it('may be parts of other words and of names', () => {
    const text =
      "prerequisites, https://github.com/nobody-here, alarm-undelivered-1, formerly(scope, 'undelivered')";
    expect(retiredWords('a.ts', text)).to.deep.equal([]);
  });
});
