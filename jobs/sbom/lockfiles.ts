import { posix } from 'node:path';
import { parse as parseToml } from 'smol-toml';

/** A package as a lockfile names it. */
export interface LockedPackage {
  /** The type in a package URL: npm, pypi, golang, cargo, composer or gem. */
  readonly type: string;
  readonly name: string;
  readonly version: string;
  /** The URL from which it is fetched, if the lockfile has it. */
  readonly source?: string;
  /** Whether the lockfile has a hash of its content; undefined for formats without hashes. */
  readonly hashed?: boolean;
  /** Line of the lockfile, for formats that are read line by line. */
  readonly line?: number;
}

type Reader = (text: string) => LockedPackage[];

/** The lockfiles that are read, by file name. */
const readers: Readonly<Record<string, Reader>> = {
  'package-lock.json': readNpm,
  'npm-shrinkwrap.json': readNpm,
  'requirements.txt': readPip,
  'go.sum': readGo,
  'Cargo.lock': readCargo,
  'composer.lock': readComposer,
  'Gemfile.lock': readGem,
};

/** @returns undefined for a file that is not a lockfile, or cannot be read as one. */
export function readLockfile(path: string, text: string): LockedPackage[] | undefined {
  const name = posix.basename(path);
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
  try {
    return reader?.(text);
  } catch {
    return undefined;
  }
}

interface NpmEntry {
  readonly name?: string;
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

/** Lockfile versions 2 and 3, which npm writes since 2020. */
function readNpm(text: string): LockedPackage[] {
  const { packages = {} } = JSON.parse(text) as { packages?: Record<string, NpmEntry> };
  return Object.entries(packages)
    .filter(([path, { version, link }]) => path.includes('node_modules/') && version && !link)
    .map(([path, { name, version, resolved, integrity }]) => ({
      type: 'npm',
      name: String(name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)),
      version: String(version),
      ...(resolved ? { source: String(resolved) } : {}),
      hashed: integrity !== undefined,
    }));
}

function readPip(text: string): LockedPackage[] {
  return byLine(
    text,
    /^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\#]+)/,
    ([, name = '', version = '']) => ({
      type: 'pypi',
      name: name.toLowerCase().replace(/[._-]+/g, '-'),
      version,
    }),
  );
}

function readGo(text: string): LockedPackage[] {
  return byLine(text, /^(\S+) (v[^\s/]+) h1:/, ([, name = '', version = '']) => ({
    type: 'golang',
    name,
    version,
    hashed: true,
  }));
}

interface CargoPackage {
  readonly name?: string;
  readonly version?: string;
  readonly source?: string;
  readonly checksum?: string;
}

/** Packages without a source belong to the repository itself. */
function readCargo(text: string): LockedPackage[] {
  const lock = parseToml(text) as { package?: CargoPackage[]; metadata?: Record<string, string> };
  return (lock.package ?? []).flatMap(({ name, version, source, checksum }) => {
    if (!name || !version || !source) return [];
    // Until 2020 cargo wrote all checksums at the end.
    const hashed = checksum ?? lock.metadata?.[`checksum ${name} ${version} (${source})`];
    return {
      type: 'cargo',
      name: String(name),
      version: String(version),
      source: String(source),
      hashed: hashed !== undefined,
    };
  });
}

function readComposer(text: string): LockedPackage[] {
  const lock = JSON.parse(text) as Record<
    'packages' | 'packages-dev',
    { name: string; version: string; dist?: { url?: string } }[] | undefined
  >;
  return [...(lock.packages ?? []), ...(lock['packages-dev'] ?? [])].map(({ name, version, dist }) => ({
    type: 'composer',
    name: String(name),
    version: String(version),
    ...(dist?.url ? { source: String(dist.url) } : {}),
  }));
}

function readGem(text: string): LockedPackage[] {
  return byLine(
    text,
    /^ {4}([A-Za-z0-9][A-Za-z0-9._-]*) \(([0-9][^)\s]*)\)$/,
    ([, name = '', version = '']) => ({
      type: 'gem',
      name,
      version,
    }),
  );
}

function byLine(
  text: string,
  pattern: RegExp,
  toPackage: (match: RegExpExecArray) => LockedPackage,
): LockedPackage[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    // No package takes a line of more than 1,000 characters. On longer lines the pattern could become slow.
    const match = line.length <= 1000 ? pattern.exec(line) : null;
    return match ? [{ ...toPackage(match), line: index + 1 }] : [];
  });
}
