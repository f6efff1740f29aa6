import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { root } from '../package/manifest.ts';
import { type Api, apiChanges, readApi } from './api.ts';
import { compareVersions, type Finding } from './finding.ts';
import { type Schema, schemaChanges } from './schema.ts';
import { changesSince, type Recorded, record, subjects } from './stacks.ts';

const directory = join(root, 'compat');

/** The version of package.json, which the next release will have. */
export function nextVersion(): string {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
}

/** The released versions of which there is a record, the latest first. */
export function recordedVersions(): string[] {
  const files = globSync('*/api.json.gz', { cwd: directory });
  return files.map((file) => dirname(file)).sort((a, b) => compareVersions(b, a));
}

/** Records what this version is, to compare later ones with. */
export async function writeRecord(version: string): Promise<void> {
  mkdirSync(join(directory, version), { recursive: true });
  write(version, 'api', await readApi());
  write(version, 'schema', readSchema());
  for (const subject of subjects()) write(version, fileOf(subject.name), await record(subject));
}

/** What differs between a recorded version and this one. */
export async function changesFrom(version: string): Promise<Finding[]> {
  const all = subjects();
  const plans: Finding[] = [];
  // One after another: Pulumi's runtime is one per process.
  for (const subject of all) {
    if (!has(version, fileOf(subject.name))) continue;
    plans.push(...(await changesSince(subject, read<Recorded>(version, fileOf(subject.name)))));
  }
  return [
    ...apiChanges(read<Api>(version, 'api'), await readApi()),
    ...schemaChanges(read<Schema>(version, 'schema'), readSchema()),
    ...plans,
  ];
}

function readSchema(): Schema {
  return JSON.parse(readFileSync(join(root, 'components/schema.json'), 'utf8'));
}

/** `examples/shop` and `stack dev` as names of files. */
function fileOf(subject: string): string {
  return subject.replace(/[/ ]/g, '-');
}

function write(version: string, name: string, value: unknown): void {
  // Without a time, so that the same record is the same file.
  writeFileSync(join(directory, version, `${name}.json.gz`), gzipSync(JSON.stringify(value), { level: 9 }));
}

function has(version: string, name: string): boolean {
  return existsSync(join(directory, version, `${name}.json.gz`));
}

function read<T>(version: string, name: string): T {
  return JSON.parse(gunzipSync(readFileSync(join(directory, version, `${name}.json.gz`))).toString('utf8'));
}
