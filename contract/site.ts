/** The built static site, relative to the project's root: what the laptop serves and the cloud uploads. */
export const siteDirectory = 'site/dist';

/** Below `siteDirectory`: files whose names change with their content, so caches may keep them for good. Any other path
 * that is not a file is answered with the site's one page, which routes by itself. */
export const immutableDirectory = 'assets';

/** Paths that the service answers, as CloudFront's patterns; all others are the site's. */
export const servicePaths = ['/api/*', '/page', '/rates'];

/** Those of `servicePaths` whose bodies hold free text: the page's string, users with their properties and videos, and
 * what a player says about a stream. A firewall must not take it for an attack: it is stored as data, and escaped where it
 * is shown. */
export const textPaths = [
  '/api/v1/page',
  '/api/v1/users',
  '/api/v1/users/*',
  '/api/v1/stream',
  '/api/v1/streams',
];

/** Path of the media bucket's objects, whose keys begin with it (without the first slash). */
export const mediaPath = '/media/*';

/** Request headers by which the service recognises its CDN, where callers could reach the service past it. */
export const originHeaders = {
  /** Holds a secret that only the CDN knows, so its other headers about the client can be believed. */
  secret: 'x-origin-secret',
  /** The client's address, without a port. */
  viewerAddress: 'x-viewer-address',
} as const;
