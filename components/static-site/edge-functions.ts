/** CloudFront's limit for the code of a function, in bytes. */
export const longestCode = 10_240;

/**
 * CloudFront function that finds a path's file: directories have their `index.html`, and in a single-page application
 * every path without an extension is the one page. Not by CloudFront's error pages, which hold for the whole
 * distribution and would replace the service's own 403 and 404.
 */
export function findFileCode(pageDirectories: string[], singlePage: boolean): string {
  return `const pages = ${JSON.stringify(pageDirectories)};
const singlePage = ${singlePage};
function handler(event) {
  const request = event.request;
  const path = request.uri.replace(/\\/$/, '');
  if (pages.includes(path)) request.uri = path + '/index.html';
  else if (singlePage && !path.slice(path.lastIndexOf('/')).includes('.')) request.uri = '/index.html';
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
