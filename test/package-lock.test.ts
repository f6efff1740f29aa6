import { readFileSync } from 'node:fs';
import { expect } from 'chai';

interface LockedPackage {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, LockedPackage> };

describe('package.json', () => {
  it('has no dependency at run time without a reason in the decisions', () => {
    const names = Object.keys(JSON.parse(read('package.json')).dependencies);
    const decisions = read('docs/decisions.md');
    expect(names.filter((name) => !decisions.includes(`\`${name}\``))).to.deep.equal([]);
  });
});

describe('package-lock.json', () => {
  // A registry that lacks another platform's binary makes npm leave it out of the lockfile, which npm ci then refuses.
  it('has every optional dependency, those of other platforms too', () => {
    const locked = Object.keys(lock.packages);
    const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) =>
          !locked.some(
            (other) => other === `${path}/node_modules/${name}` || other === `node_modules/${name}`,
          ),
      ),
    );
    expect(missing).to.deep.equal([]);
  });

  it('names no registry', () => {
    const named = Object.entries(lock.packages).filter(([, { resolved }]) => /^https?:/.test(resolved ?? ''));
    expect(named.map(([path]) => path)).to.deep.equal([]);
  });
});
