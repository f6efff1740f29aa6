import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { withUpgrade } from '../../scripts/compat/changelog.ts';
import { type Comparison, changelogFile, compare } from '../../scripts/compat.ts';
import { root } from '../../scripts/package/manifest.ts';

const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));

describe('the next version of the components', () => {
  let comparison: Comparison;
  before(async function () {
    this.timeout(60_000);
    comparison = await compare();
  });

  it('allows what has changed since the last release (`npm run compat` lists it)', () => {
    const { version, least, found, isAllowed } = comparison;
    const why = found.map(({ level, where, what }) => `${level}  ${where}: ${what}`).join('\n');
    expect(isAllowed, `package.json says ${version}, and ${least} is needed:\n${why}`).to.equal(true);
  });

  it('has its upgrade in the changelog (`npm run compat -- --write`)', () => {
    const changelog = readFileSync(changelogFile, 'utf8');
    expect(changelog === withUpgrade(changelog, comparison), 'run `npm run compat -- --write`').to.equal(
      true,
    );
  });

  it('is the same in every file that has it', () => {
    const { version } = comparison;
    const { packages, version: locked } = read('package-lock.json');
    expect([read('components/package.json').version, read('components/schema.json').version]).to.deep.equal([
      version,
      version,
    ]);
    expect([locked, packages[''].version]).to.deep.equal([version, version]);
  });
});
