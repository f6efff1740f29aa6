import * as pulumi from '@pulumi/pulumi';

const exceptions = new Set([
  // Takes a list of tags where all others take a map.
  'aws:autoscaling/group:Group',
  // Tags of an object are charged, and their bucket has them.
  'aws:s3/bucketObjectv2:BucketObjectv2',
]);

/**
 * Tags every resource of the stack that takes tags with its project and stack, so that two stacks in one account can be
 * told apart on the bill and in the console; a resource's own tags win. Not through the provider's `defaultTags`: it
 * would need a copy of the stack's name in each stack file, wrong as soon as the file is copied for a new stack.
 */
export function tagEverything(): void {
  const common = { project: pulumi.getProject(), stack: pulumi.getStack(), 'managed-by': 'pulumi' };
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    // The SDK passes each argument that a resource knows, given or not.
    if (!('tags' in props) || exceptions.has(type)) return undefined;
    const tags = pulumi.output(props.tags).apply((own) => ({ ...common, ...own }));
    return { props: { ...props, tags: props.tags === undefined ? common : tags }, opts };
  });
}
