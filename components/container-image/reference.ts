/** An image given by digest. */
export interface ImageReference {
  /** Registry and repository; undefined for the component's own repository. */
  repository: string | undefined;
  digest: string;
  /** Account, region and name of the repository where it is in ECR. */
  ecr: { account: string; region: string; name: string } | undefined;
}

const pattern =
  /^(?:([a-z0-9][a-z0-9.-]*(?::\d+)?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+)@)?(sha256:[0-9a-f]{64})$/;
const ecrPattern = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/(.+)$/;

/** Takes `sha256:…` or `registry/repository@sha256:…` apart; undefined for anything else, such as a tag. */
export function parseReference(text: string): ImageReference | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, repository, digest = ''] = match;
  const ecr = ecrPattern.exec(repository ?? '');
  if (ecr === null) return { repository, digest, ecr: undefined };
  const [, account = '', region = '', name = ''] = ecr;
  return { repository, digest, ecr: { account, region, name } };
}
