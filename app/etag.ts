import { invalid } from './problem.ts';

/** `*` for any, or the tags of which one must be current (RFC 9110, 13.1.1); undefined without the header. */
export type IfMatch = '*' | readonly string[] | undefined;

/**
 * Reads `If-Match`. Weak tags never match in it, so they are left out of the answer, which may then be empty.
 * @throws Problem 400 when the header is no list of entity tags.
 */
export function parseIfMatch(header: string | undefined): IfMatch {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  const tags = header.split(',').map((tag) => tag.trim());
  if (!tags.every((tag) => /^(W\/)?"[\x21\x23-\x7e]*"$/.test(tag))) {
    throw invalid('headers.if-match', 'must be * or a list of quoted entity tags');
  }
  return tags.filter((tag) => !tag.startsWith('W/')).map((tag) => tag.slice(1, -1));
}

export function matches(ifMatch: IfMatch, tag: string): boolean {
  return ifMatch === undefined || ifMatch === '*' || ifMatch.includes(tag);
}

/** Whether an entity tag is among those of `If-None-Match`, compared weakly; a malformed header matches nothing. */
export function noneMatch(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((given) => given.trim().replace(/^W\//, '') === `"${tag}"`);
}
