/** CloudFront's limit for the code of a function, in bytes. */
export const longestCode = 10_240;

/** What the function that finds files needs to know about the site. */
export interface Paths {
  /** Directories that hold an `index.html`; the root's is the empty text. */
  pages: string[];
  /** In a single-page application: the paths that are not answered with the page. Directories end with a slash. */
  singlePage?: { files: string[]; directories: string[] };
}

/**
 * CloudFront function that finds a path's file: `index.html` for a directory, and in a single-page application the page
 * for every path without a file. CloudFront's error pages would not do: they hold for the whole distribution and would
 * replace the service's own 403 and 404. Nor would a look at the extension: names of players hold dots.
 */
export function findFileCode({ pages, singlePage }: Paths): string {
  const fallback =
    singlePage === undefined
      ? ''
      : `
  else if (!files.includes(path) && !directories.some((directory) => path.startsWith(directory))) {
    request.uri = '/index.html';
  }`;
  return `const pages = ${JSON.stringify(pages)};${
    singlePage === undefined
      ? ''
      : `
const files = ${JSON.stringify(singlePage.files)};
const directories = ${JSON.stringify(singlePage.directories)};`
  }
function handler(event) {
  const request = event.request;
  const path = request.uri.replace(/\\/$/, '');
  if (pages.includes(path)) request.uri = path + '/index.html';${fallback}
  return request;
}
`;
}

/** CloudFront function that writes the viewer's address into a header. CloudFront's own header for it reaches an origin
 * only together with `Host`, which an HTTP API refuses. */
export function viewerAddressCode(header: string): string {
  return `function handler(event) {
  const request = event.request;
  request.headers[${JSON.stringify(header)}] = { value: event.viewer.ip };
  return request;
}
`;
}
