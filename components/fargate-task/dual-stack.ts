/** Makes AWS's SDKs call the endpoints that have IPv6 addresses too (AWS SDKs and Tools Reference Guide, "Dual-stack and
 * FIPS endpoints"). */
export const dualStackVariable = { AWS_USE_DUALSTACK_ENDPOINT: 'true' };

const registry = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\//;

/**
 * The image by the address of ECR that has IPv6 addresses too
 * (https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html); images of other registries keep theirs.
 */
export function dualStackImage(uri: string): string {
  return uri.replace(registry, '$1.dkr-ecr.$2.on.aws/');
}
