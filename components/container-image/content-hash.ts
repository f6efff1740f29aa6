import { createHash, type Hash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerImageBuildArgs } from './args.ts';

/**
 * The tag of the image that a build gives: 40 hexadecimal digits of a hash over the names, contents and executable bits
 * of its sources. The same sources give the same tag on every machine and at any time; one changed byte gives another.
 */
export function contentTag(build: ContainerImageBuildArgs): string {
  const hash = createHash('sha256');
  const { dockerfile = 'Dockerfile', architecture = 'arm64', args = {}, context, paths } = build;
  field(hash, 'platform', architecture);
  for (const name of Object.keys(args).sort()) field(hash, `argument ${name}`, args[name] ?? '');
  const ignored = [`${dockerfile}.dockerignore`, '.dockerignore'].filter((path) =>
    existsSync(join(context, path)),
  );
  for (const path of [...new Set([dockerfile, ...ignored.slice(0, 1), ...paths])].sort())
    add(hash, context, path);
  return hash.digest('hex').slice(0, 40);
}

/** Paths of the build that do not exist on disk. */
export function missingPaths(build: ContainerImageBuildArgs): string[] {
  return [build.dockerfile ?? 'Dockerfile', ...build.paths].filter(
    (path) => !existsSync(join(build.context, path)),
  );
}

function add(hash: Hash, context: string, path: string): void {
  const file = join(context, path);
  const status = lstatSync(file);
  if (status.isDirectory()) {
    const names = readdirSync(file).filter((name) => name !== 'node_modules' && !name.startsWith('.'));
    // By code unit, not by locale, so that every machine sorts alike.
    for (const name of names.sort()) add(hash, context, `${path}/${name}`);
  } else if (status.isSymbolicLink()) {
    field(hash, `link ${path}`, readlinkSync(file));
  } else {
    field(hash, `${status.mode & 0o100 ? 'program' : 'file'} ${path}`, readFileSync(file));
  }
}

/** Adds a name and a content with their lengths, so that no two different sources give the same text. */
function field(hash: Hash, name: string, content: string | Buffer): void {
  hash.update(`${name.length}:${name}:${Buffer.byteLength(content)}:`);
  hash.update(content);
}
