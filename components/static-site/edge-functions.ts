/** CloudFront's limit for the code of a function, in bytes. */
export const longestCode = 10_240;

/** What the function that finds files has to know of the site. */
export interface Paths {
  /** Directories that hold an `index.html`; the root's is the empty text. */
  pages: string[];
  /** In a single-page application: what is not the one page. Directories with a slash at the end. */
  singlePage?: { files: string[]; directories: string[] };
}

/**
 * CloudFront function that finds a path's file: directories have their `index.html`, and in a single-page application
 * every path that is no file is the one page. Not by CloudFront's error pages, which hold for the whole distribution and
 * would replace the service's own 403 and 404; nor by looking for an extension, for names of people hold dots.
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
