import type { DeclaredResource } from './declared-resource.ts';

/** The inputs of `awsx.ecr.Image` that `ContainerImage` sets. */
export interface ImageInputs {
  repositoryUrl: string;
  imageTag: string;
  context: string;
  dockerfile: string;
  platform: string;
  args?: Record<string, string>;
}

/** The child of the `awsx.ecr.Image` called `name`, as awsx 3.9 creates it (its awsx/ecr/image.ts). */
export function imageChildren(name: string, inputs: ImageInputs): DeclaredResource[] {
  const { repositoryUrl, imageTag, context, dockerfile, platform, args } = inputs;
  return [
    {
      type: 'docker-build:index:Image',
      name: imageTag,
      parent: name,
      parentType: 'awsx:ecr:Image',
      inputs: {
        tags: [`${repositoryUrl}:${imageTag}`],
        ...(args === undefined ? {} : { buildArgs: args }),
        context: { location: context },
        dockerfile: { location: dockerfile },
        platforms: [platform],
        push: true,
        buildOnPreview: true,
        cacheFrom: [{ registry: { ref: `${repositoryUrl}:${imageTag}` } }],
        cacheTo: [{ inline: {} }],
        network: 'default',
      },
    },
  ];
}
