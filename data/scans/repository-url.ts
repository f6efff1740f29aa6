import { isIP } from 'node:net';

/** A repository that may be fetched. */
export interface Repository {
  /** Normalized, so that the scans of a repository are listed together. */
  readonly url: string;
  /** Empty for `file://`. */
  readonly host: string;
  /** Path on the host, without slashes around it: `owner/name`. */
  readonly path: string;
}

export interface RepositoryRules {
  readonly hosts: readonly string[];
  /** Whether `file://` URLs are allowed: on the laptop only, for the developer's own repositories. */
  readonly fileUrls: boolean;
}

/** Hosts with public addresses, so that a scan reaches only what anyone could read. `SCAN_HOSTS` replaces this list. */
export const defaultHosts = ['github.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org'];

/** A segment of a path on a git host. It admits no escapes and nothing that git could read as an option or a parent. */
const segment = '[A-Za-z0-9_~][A-Za-z0-9._~-]{0,127}';
/** A character of a `file://` path: visible ASCII, or an escape of anything but a zero byte, a line's end, `.` or `/`. */
const fileCharacter = '(?:[!"$&-.0->@-\\[\\]-~]|%(?!00|0[AaDd]|2[EeFf])[0-9A-Fa-f]{2})';
const noDots = '(?!\\.{1,2}(?:/|$))';

/** A pattern of the URLs that `parseRepositoryUrl` accepts, for schemas. Their limit of 512 characters comes on top. */
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
 * Reads the URL of a repository, which any caller may have written. The result is handed to git, so a URL is refused
 * unless every part of it is understood.
 * @returns the repository, or what is wrong with the URL.
 */
export function parseRepositoryUrl(text: string, rules: RepositoryRules): Repository | string {
  const { hosts, fileUrls } = rules;
  const isWhole = new RegExp(repositoryUrlPattern(rules)).test(text);
  if (text.length > 512) return 'must have at most 512 characters';
  if (/[^!-~]/.test(text)) return 'must have no spaces, control characters or characters beyond ASCII';
  if (fileUrls && text.startsWith('file://'))
    return isWhole ? parseFileUrl(text) : 'must be file:/// and an absolute path';
  // The URL parser would repair other spellings of `https://`, which git then reads in another way.
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
/** git's rule for a part of a ref between slashes: names separated by dots, none of them empty, and no `.lock` at the end. */
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
