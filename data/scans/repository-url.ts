import { isIP } from 'node:net';

/** A repository that may be fetched. */
export interface Repository {
  /** In one spelling per repository, by which scans are listed. */
  readonly url: string;
  /** Empty for `file://`. */
  readonly host: string;
  /** Path on the host, without slashes around it: `owner/name`. */
  readonly path: string;
}

export interface RepositoryRules {
  readonly hosts: readonly string[];
  /** Only where the repositories of the machine itself are meant: on the laptop. */
  readonly fileUrls: boolean;
}

/** Hosts whose names resolve to what everybody can reach; a list of one's own replaces it (`SCAN_HOSTS`). */
export const defaultHosts = ['github.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org'];

/** Segments as git hosts have them: no escapes, nothing that could be an option, a parent or another scheme. */
const segment = '[A-Za-z0-9_~][A-Za-z0-9._~-]{0,127}';
/** What names on the machine itself are made of: visible ASCII and escapes, but none of a line's end, `.` or `/`. */
const fileCharacter = '(?:[!"$&-.0->@-\\[\\]-~]|%(?!00|0[AaDd]|2[EeFf])[0-9A-Fa-f]{2})';
const noDots = '(?!\\.{1,2}(?:/|$))';

/** The URLs that `parseRepositoryUrl` takes, for schemas; beside it they have at most 512 characters. */
export function repositoryUrlPattern({ hosts, fileUrls }: RepositoryRules): string {
  const host = hosts.map(anyCase).join('|');
  const remote = `https://(?:${host})(?:/${segment}){1,5}/${segment}(?:\\.git)?/*`;
  const file = `file:///${noDots}${fileCharacter}+(?:/${noDots}${fileCharacter}*)*`;
  return `^(?:${fileUrls ? `${remote}|${file}` : remote})$`;
}

function anyCase(host: string): string {
  return host
    .replace(/[^a-z0-9-]/g, '\\$&')
    .replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);
}

/**
 * Reads the URL of a repository that strangers may have written. What passes goes to git as it comes out, so nothing
 * passes that is not understood completely.
 * @returns the repository, or what is wrong with the URL.
 */
export function parseRepositoryUrl(text: string, rules: RepositoryRules): Repository | string {
  const { hosts, fileUrls } = rules;
  const isWhole = new RegExp(repositoryUrlPattern(rules)).test(text);
  if (text.length > 512) return 'must have at most 512 characters';
  if (/[^!-~]/.test(text)) return 'must have no spaces, control characters or characters beyond ASCII';
  if (fileUrls && text.startsWith('file://'))
    return isWhole ? parseFileUrl(text) : 'must be file:/// and an absolute path';
  // `https:` in lower case and two slashes: the URL parser would repair what git then reads in another way.
  if (!/^https:\/\/[^/\\]/.test(text)) return `must begin with https://${fileUrls ? ' or file:///' : ''}`;
  if (!URL.canParse(text)) return 'is not a URL';
  const url = new URL(text);
  if (url.username || url.password || text.slice(8).split('/', 1)[0]?.includes('@'))
    return 'must have no user name or password; only public repositories are scanned';
  if (url.port || /^https:\/\/[^/]*:/.test(text)) return 'must name no port';
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) return 'must name a host, not an IP address';
  if (text.includes('?') || text.includes('#')) return 'must have neither a query nor a fragment';
  const host = url.hostname.toLowerCase();
  if (!hosts.includes(host)) return `must be on one of ${hosts.join(', ')}`;
  if (!isWhole) return 'must have a path like /owner/repository';
  const path = text
    .slice(`https://${host}`.length)
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .slice(1);
  return { url: `https://${host}/${path}`, host, path };
}

function parseFileUrl(text: string): Repository {
  const { pathname } = new URL(text);
  return {
    url: `file://${pathname.replace(/\/+$/, '')}`,
    host: '',
    path: pathname.replace(/^\/+|\/+$/g, ''),
  };
}

export const maxRefLength = 200;
/** Names between slashes are those between dots, none of them empty, the last of them not `lock`. */
const refName = '[A-Za-z0-9_@+#-]';
const refDots = `(?:\\.(?!lock(?:/|$))${refName}+)*`;
export const gitRefPattern = `^[A-Za-z0-9_]${refName}*${refDots}(?:/${refName}+${refDots})*$`;

/** @returns what is wrong with the name of a branch, a tag or a commit, if anything. */
export function gitRefProblem(ref: string): string | undefined {
  return ref.length <= maxRefLength && new RegExp(gitRefPattern).test(ref)
    ? undefined
    : 'must be the name of a branch, a tag or a commit';
}

/** The rules that environment variables set; see contract/environment.ts. */
export function readRepositoryRules(
  hosts: string | undefined,
  fileUrls: string | undefined,
): RepositoryRules {
  const listed = (hosts ?? '')
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter(Boolean);
  return { hosts: listed.length > 0 ? listed : defaultHosts, fileUrls: fileUrls === 'true' };
}
