/** The built static site, relative to the project's root: what the laptop serves and the cloud uploads. */
export const siteDirectory = 'site/dist';

/** Below it: files whose names change with their content. Under all other paths that are no file the site's one page
 * answers, and routes by itself. */
export const immutableDirectory = 'assets';

/** Paths that the service answers; all others are the site's. As CloudFront writes patterns. */
export const servicePaths = ['/api/*', '/page', '/rates'];

/** Those of them whose bodies hold text of people: the page's string, users with their properties and videos, and what a
 * player says of a stream. It is kept as data, and escaped where it is shown. */
export const textPaths = [
  '/api/v1/page',
  '/api/v1/users',
  '/api/v1/users/*',
  '/api/v1/stream',
  '/api/v1/streams',
];

/** Path of the media bucket's objects, whose keys begin with it (without the first slash). */
export const mediaPath = '/media/*';

/** Request headers by which a CDN and the service know each other where the service can be reached without the CDN. */
export const originHeaders = {
  /** Holds a secret that only the CDN knows: what else it says about the client is true. */
  secret: 'x-origin-secret',
  /** The client's address, without a port. */
  viewerAddress: 'x-viewer-address',
} as const;
