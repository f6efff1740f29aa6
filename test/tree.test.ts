import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { misplacedTests, rooms } from './tree.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('the tree of the tests', () => {
  it('is that of the sources', () => {
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const files = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0');
    // A file that is removed is listed until its removal is committed.
    expect(misplacedTests(files.filter((file) => existsSync(join(root, file))))).to.deep.equal([]);
  });

  it('has a test at the path of its source, with what is tested of it behind a dot', () => {
    const sources = [
      'app/page/store.ts',
      'app/Dockerfile',
      '.github/workflows/test.yml',
      'site/src/main.tsx',
    ];
    const tests = [
      'test/app/page/store.test.ts',
      'test/app/page/store.retries.test.ts',
      'test/app/page.test.ts',
      'test/app/page.prose.test.ts',
      'test/app/Dockerfile.test.ts',
      'test/github/workflows.test.ts',
      'test/site/src/main.test.ts',
      'test/e2e/anything.test.ts',
    ];
    expect(misplacedTests([...sources, ...tests])).to.deep.equal([]);
  });

  it('has the test of a helper beside it', () => {
    expect(misplacedTests(['test/reporter.ts', 'test/reporter.test.ts'])).to.deep.equal([]);
  });

  it('has no test elsewhere', () => {
    const misplaced = [
      'test/app/store.test.ts',
      'test/page/store.test.ts',
      'test/app/page/shop.test.ts',
      'test/store.test.ts',
      'test/app/page/store.a.b.test.ts',
    ];
    const helpers = ['test/app/shop/main.ts', 'test/app/page/store.test.ts'];
    expect(misplacedTests(['app/page/store.ts', ...helpers, ...misplaced])).to.deep.equal(misplaced);
    expect(misplacedTests(['test/app/shop/main.ts', 'test/app/shop.test.ts'])).to.have.length(1);
  });

  it('has rooms of which CONTRIBUTING.md says what they are for', () => {
    const guide = readFileSync(new URL('../CONTRIBUTING.md', import.meta.url), 'utf8');
    for (const room of rooms) expect(guide).to.include(`\`test/${room}/\``);
  });
});
