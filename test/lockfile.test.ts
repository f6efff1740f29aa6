import { readFileSync } from 'node:fs';
import { expect } from 'chai';

interface LockedPackage {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, LockedPackage>;
};

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
