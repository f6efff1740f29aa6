import { Type } from 'typebox';
import { invalid } from './problem.ts';

/** `*` for any, or the tags of which one must be current (RFC 9110, 13.1.1); undefined without the header. */
export type IfMatch = '*' | readonly string[] | undefined;

const tag = '(?:W/)?"[!#-~]*"';
const list = `^(?:\\*|${tag}(?:[ \\t]*,[ \\t]*${tag})*)$`;
const listPattern = new RegExp(list);
const tagPattern = new RegExp(tag, 'g');

export const IfMatchHeaders = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      pattern: list,
      description: '* or a list of quoted entity tags, as earlier answers gave them in `ETag`',
    }),
  ),
});

/**
 * Reads `If-Match`. Weak tags never match in it, so they are left out of the answer, which may then be empty.
 * @throws Problem 400 when the header is not a list of entity tags.
 */
export function parseIfMatch(header: string | undefined): IfMatch {
  if (header === undefined) return undefined;
  const given = header.trim();
  if (!listPattern.test(given)) {
    throw invalid('headers.if-match', 'must be * or a list of quoted entity tags');
  }
  if (given === '*') return '*';
  const tags = given.match(tagPattern) ?? [];
  return tags.filter((each) => !each.startsWith('W/')).map((each) => each.slice(1, -1));
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
