import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/**
 * The digest of the image that a repository holds under a tag, undefined where there is none: sources that were released
 * before, as after a revert or a rollback. Unknown while the repository is yet to be made. A registry that cannot be
 * asked stops nothing; the image is built then.
 */
export function pushedDigest(
  parent: pulumi.Resource,
  repository: aws.ecr.Repository,
  tag: string,
): pulumi.Output<string | undefined> {
  // The first preview may know the name, which was given, but there is no repository to ask; its URL is unknown then.
  return pulumi.all([repository.name, repository.repositoryUrl]).apply(async ([repositoryName]) => {
    try {
      const { imageIds } = await aws.ecr.getImages({ repositoryName }, { parent });
      return imageIds.find(({ imageTag }) => imageTag === tag)?.imageDigest;
    } catch (error) {
      const { message } = error as Error;
      await pulumi.log.warn(
        `${repositoryName} does not say what it holds, so the image is built: ${message}`,
        parent,
      );
      return undefined;
    }
  });
}

/** What is built in place of an image that was pushed before: one line, which is kept nowhere. */
const nothing = { inline: 'FROM scratch\nLABEL trellis="the image was pushed before"\n' };
/** Without an export Docker's own builder would keep that line on this machine, under the tag of the image, and give its
 * digest, which the repository does not have. So the build has no digest; its reference is the tag, which leads to the
 * right image should the repository not answer one day. */
const nowhere = { cacheonly: {} };

/**
 * A transform of what `awsx.ecr.Image` makes.
 *
 * - An image that was pushed before is not built and pushed again: an immutable repository refuses a tag that it has.
 *   What an image was made with is kept in the state under its tag (`ignoreChanges`), so that the next update finds its
 *   own image in the repository and leaves the state as it is.
 * - Under a new tag awsx has a new child and deletes the old one, and with it the image in the registry, which a
 *   rollback, or a task of the previous release, would still have to pull (`retainOnDelete`).
 * - A build that fails during the preview would stop the update of all else before it begins.
 */
export function buildOnce(pushed: pulumi.Output<string | undefined>): pulumi.ResourceTransform {
  return async ({ type, props, opts }) => {
    if (type !== 'docker-build:index:Image') return undefined;
    return {
      props: {
        ...props,
        push: pushed.apply((digest) => digest === undefined),
        exports: pushed.apply((digest) => (digest === undefined ? [] : [nowhere])),
        dockerfile: pushed.apply((digest) => (digest === undefined ? props.dockerfile : nothing)),
        buildOnPreview: false,
      },
      opts: pulumi.mergeOptions(opts, {
        retainOnDelete: true,
        ignoreChanges: ['push', 'exports', 'dockerfile', 'buildOnPreview'],
      }),
    };
  };
}
