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
const segment = /^[A-Za-z0-9_~][A-Za-z0-9._~-]{0,127}$/;

/**
 * Reads the URL of a repository that strangers may have written. What passes goes to git as it comes out, so nothing
 * passes that is not understood completely.
 * @returns the repository, or what is wrong with the URL.
 */
export function parseRepositoryUrl(text: string, { hosts, fileUrls }: RepositoryRules): Repository | string {
  if (text.length > 512) return 'must have at most 512 characters';
  if (/[^!-~]/.test(text)) return 'must have no spaces, control characters or characters beyond ASCII';
  if (fileUrls && text.startsWith('file://')) return parseFileUrl(text);
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
  const path = text
    .slice(`https://${host}`.length)
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .slice(1);
  const segments = path.split('/');
  if (segments.length < 2 || segments.length > 6 || !segments.every((part) => segment.test(part)))
    return 'must have a path like /owner/repository';
  return { url: `https://${host}/${path}`, host, path };
}

function parseFileUrl(text: string): Repository | string {
  if (!URL.canParse(text)) return 'is not a URL';
  const { host, pathname, search, hash } = new URL(text);
  if (host || search || hash || /%(00|0a|0d|2f)/i.test(pathname) || !/^\/[^/]/.test(pathname))
    return 'must be file:/// and an absolute path';
  return {
    url: `file://${pathname.replace(/\/+$/, '')}`,
    host: '',
    path: pathname.replace(/^\/+|\/+$/g, ''),
  };
}

/** @returns what is wrong with the name of a branch, a tag or a commit, if anything. */
export function gitRefProblem(ref: string): string | undefined {
  const isName =
    /^[A-Za-z0-9_][A-Za-z0-9._/@+#-]{0,199}$/.test(ref) &&
    !/\.\.|@\{|\/\/|\/\.|\.\/|\/$|\.$|\.lock(\/|$)/.test(ref) &&
    ref !== '@';
  return isName ? undefined : 'must be the name of a branch, a tag or a commit';
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
