/**
 * What the pages of the static site may load and do: the same on the laptop (local/aws/gateway.ts) and in the cloud
 * (stacks/site.ts). Scripts and styles must be files of the site itself: an inline one runs in neither.
 *
 * @param uploadOrigins other origins to which pages send files by presigned URL: the buckets' in the cloud; none on the
 * laptop, where the bucket has the site's origin
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
 * The origins of a bucket's presigned URLs. Tasks without IPv4 sign for the bucket's dual-stack name, and while a stack changes
 * its way out some tasks sign for one name and some for the other.
 *
 * @param domainName the bucket's regional domain name: `<bucket>.s3.<region>.amazonaws.com`
 */
export function uploadOrigins(domainName: string): string[] {
  return [domainName, domainName.replace('.s3.', '.s3.dualstack.')].map((host) => `https://${host}`);
}

/**
 * For files that users uploaded. They share the site's origin: without this policy, an uploaded page of HTML could act as
 * the site, with the API key that the site keeps. In `<video>` and `<img>` the files work as usual.
 */
export const uploadedContentSecurityPolicy = "default-src 'none'; media-src 'self'; sandbox";
