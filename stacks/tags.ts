import * as pulumi from '@pulumi/pulumi';

const exceptions = new Set([
  // Takes a list of tags where all others take a map.
  'aws:autoscaling/group:Group',
  // Tags of objects cost money, and their bucket is tagged.
  'aws:s3/bucketObjectv2:BucketObjectv2',
]);

/**
 * Tags every resource of the stack that takes tags with its project and stack, so that two stacks in one account can be
 * told apart on the bill and in the console; a resource's own tags win. The provider's
 * `defaultTags` would need the stack's name in each stack file, which is wrong once the file is copied for a new stack.
 */
export function tagEverything(): void {
  const common = { project: pulumi.getProject(), stack: pulumi.getStack(), 'managed-by': 'pulumi' };
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    // The SDK passes every argument that a resource has, also those that are not set.
    if (!('tags' in props) || exceptions.has(type)) return undefined;
    const tags = pulumi.output(props.tags).apply((own) => ({ ...common, ...own }));
    return { props: { ...props, tags: props.tags === undefined ? common : tags }, opts };
  });
}
