import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/**
 * The digest of the image that a repository holds under a tag, as after a revert or a rollback; undefined where it holds
 * none. It is unknown until the repository has been created. When the registry does not answer, the image is built.
 */
export function pushedDigest(
  parent: pulumi.Resource,
  repository: aws.ecr.Repository,
  tag: string,
): pulumi.Output<string | undefined> {
  // In the first preview a name that was given is known, but there is no repository yet. Its URL is unknown then.
  return pulumi.all([repository.name, repository.repositoryUrl]).apply(async ([repositoryName]) => {
    try {
      const { imageIds } = await aws.ecr.getImages({ repositoryName }, { parent });
      return imageIds.find(({ imageTag }) => imageTag === tag)?.imageDigest;
    } catch (error) {
      const { message } = error as Error;
      await pulumi.log.warn(
        `the repository ${repositoryName} did not answer, so the image is built again: ${message}`,
        parent,
      );
      return undefined;
    }
  });
}

/** A one-line Dockerfile that is built in place of an image that was pushed before. Its result is not kept. */
const nothing = { inline: 'FROM scratch\nLABEL trellis="the image was pushed before"\n' };
/** Without this export Docker's own builder would keep that one-line image under the real image's tag, and return a digest
 * that the repository does not have. With it the build has no digest and is referred to by its tag, which leads to the
 * right image even when the repository does not answer. */
const nowhere = { cacheonly: {} };

/**
 * A transform of the build inside `awsx.ecr.Image`.
 *
 * - An image that was pushed before is not built and pushed again: an immutable repository refuses a tag that it has.
 *   `ignoreChanges` keeps the inputs of the first build in the state, so that the next update, which finds the image in
 *   the repository, changes nothing.
 * - For a new tag awsx creates a new child and deletes the old one, and with it the image in the registry. A rollback, or
 *   a task of the previous release, must still be able to pull that image, hence `retainOnDelete`.
 * - Nothing is built during the preview: a failed build would stop the whole update before it begins.
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
