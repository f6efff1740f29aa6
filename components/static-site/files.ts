import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import mime from 'mime';
import type { Paths } from './edge-functions.ts';

/** A file of the site, as it is uploaded. */
export interface SiteFile {
  /** Path below the directory, with slashes: the object's key. */
  key: string;
  path: string;
  /** SHA-256 of the content, in hexadecimal: decides whether the file is uploaded again. */
  hash: string;
  contentType: string;
  cacheControl: string;
  /** A page refers to other files, so it is uploaded after them. */
  isPage: boolean;
  isImmutable: boolean;
}

/** For files that have a hash in their names: a cached one can never be out of date. */
const forAYear = 'public, max-age=31536000, immutable';
/** For all other files: caches keep them but ask each time, and S3 answers 304 while the ETag is the same. A release is
 * visible at once, without invalidation. */
const revalidated = 'public, max-age=0, must-revalidate';

/** The files of a directory in the order of their keys, without hidden ones except `.well-known`. */
export function readSite(directory: string, immutableDirectories: string[]): SiteFile[] {
  return keysOf(directory).map((key) => {
    const path = join(directory, key);
    const isImmutable = immutableDirectories.some((prefix) => key.startsWith(`${prefix}/`));
    return {
      key,
      path,
      hash: createHash('sha256').update(readFileSync(path)).digest('hex'),
      contentType: contentTypeOf(key),
      cacheControl: isImmutable ? forAYear : revalidated,
      isPage: key.endsWith('.html'),
      isImmutable,
    };
  });
}

function keysOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(directory, '/').length))
    .map((key) => key.replaceAll('\\', '/'))
    .filter((key) => !key.split('/').some((part) => part.startsWith('.') && part !== '.well-known'))
    .sort();
}

/** The content type by extension. Text is UTF-8; a file of unknown extension is a download. */
export function contentTypeOf(key: string): string {
  const type = mime.getType(key) ?? 'application/octet-stream';
  return /^text\/|\/(json|manifest\+json|xml)$|\+xml$/.test(type) ? `${type}; charset=utf-8` : type;
}

/** Whether the name holds a hash of the content, as bundlers write it: at least eight letters, digits, hyphens and
 * underscores before the extension. */
export function hasHashedName(key: string): boolean {
  return /[-.][A-Za-z0-9_-]{8,}\.[a-z0-9.]+$/.test(key);
}

/** The paths that the function that finds files needs to know. Immutable files of earlier releases stay in the bucket, so
 * these are known by their directories. */
export function pathsOf(files: SiteFile[], immutableDirectories: string[], singlePage: boolean): Paths {
  const pages = files
    .filter(({ key }) => /(^|\/)index\.html$/.test(key))
    .map(({ key }) => `/${key}`.replace(/\/index\.html$/, ''));
  if (!singlePage) return { pages };
  return {
    pages,
    singlePage: {
      files: files.filter(({ isImmutable }) => !isImmutable).map(({ key }) => `/${key}`),
      directories: immutableDirectories.map((directory) => `/${directory}/`),
    },
  };
}
