/**
 * What the pages of the static site may load and do: the same on the laptop (local/aws/gateway.ts) and in the cloud
 * (stacks/site.ts). Scripts and styles are files of the site itself; a page that needs one in line does not work, here
 * as there.
 *
 * @param uploadOrigins where else pages may send files to, by presigned URL: the buckets' own origins in the cloud; none
 * on the laptop, whose bucket has the site's origin
 */
export function contentSecurityPolicy(uploadOrigins: string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "media-src 'self'",
    `connect-src ${["'self'", ...uploadOrigins].join(' ')}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * For files that users uploaded: they share the site's origin, and one of them that was a page of HTML could otherwise
 * act as the site, with the API key that the site keeps. As parts of a page (`<video>`, `<img>`) they work as ever.
 */
export const uploadedContentSecurityPolicy = "default-src 'none'; media-src 'self'; sandbox";
