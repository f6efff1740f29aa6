import type { Found } from '../../data/scans/finding.ts';
import { type LockedPackage, readLockfile } from './lockfiles.ts';

/** A component of CycloneDX 1.6. */
export interface Component {
  readonly type: 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

/** The most components that are listed; further ones are only counted. */
const maxComponents = 20_000;

/** Collects the packages of all lockfiles of a repository, and the risks that they bring. */
export function createInventory() {
  const components = new Map<string, Component>();
  const found: Found[] = [];
  let lockfiles = 0;
  let omitted = 0;

  function add(path: string, text: string): void {
    const packages = readLockfile(path, text);
    if (!packages) return;
    lockfiles++;
    for (const locked of packages) {
      const component = toComponent(locked);
      if (components.has(component.purl)) continue;
      if (components.size < maxComponents) components.set(component.purl, component);
      else omitted++;
      found.push(...risks(path, locked, component));
    }
  }

  const bom = () => ({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    components: [...components.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1)),
  });
  return { add, bom, found, counts: () => ({ packages: components.size + omitted, lockfiles, omitted }) };
}

function toComponent({ type, ...locked }: LockedPackage): Component {
  // A JSON escape may be half a surrogate pair, for which `encodeURIComponent` throws.
  const [name, version] = [locked.name.toWellFormed(), locked.version.toWellFormed()];
  const path = name.split('/').map(encodeURIComponent).join('/');
  const purl = `pkg:${type}/${path}@${encodeURIComponent(version)}`;
  return { type: 'library', 'bom-ref': purl, name, version, purl };
}

function risks(
  path: string,
  { source = '', hashed, line }: LockedPackage,
  { purl, name, version }: Component,
): Found[] {
  const common = { path, ...(line === undefined ? {} : { line }), subject: purl };
  const which = `${name} ${version}`;
  if (/^(git\+)?http:\/\//.test(source))
    return [
      {
        ...common,
        rule: 'insecure-source',
        severity: 'medium',
        message: `${which} is fetched without encryption`,
      },
    ];
  if (/^git(\+|:)/.test(source))
    return [
      {
        ...common,
        rule: 'git-source',
        severity: 'low',
        message: `${which} comes from git, not from a registry`,
      },
    ];
  // Local folders and archives have neither a registry nor a hash.
  if (hashed === false && /^https:/.test(source))
    return [
      { ...common, rule: 'no-integrity', severity: 'low', message: `the lockfile has no hash of ${which}` },
    ];
  return [];
}
