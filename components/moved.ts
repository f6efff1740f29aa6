import * as pulumi from '@pulumi/pulumi';

/**
 * Options for a component that has taken over children which stood directly below `parent`. Each child keeps its former
 * URN as an alias; without it Pulumi would replace the child in stacks that exist.
 *
 * @param formerNames further names that a child had there, by its present name
 */
export function tookFrom(
  parent: pulumi.Resource,
  formerNames: (name: string) => string[] = () => [],
): pulumi.ComponentResourceOptions {
  return {
    parent,
    transformations: [
      ({ resource, name, props, opts }) =>
        resource instanceof pulumi.ComponentResource
          ? undefined
          : {
              props,
              opts: pulumi.mergeOptions(opts, {
                aliases: [name, ...formerNames(name)].map((former) => ({ name: former, parent })),
              }),
            },
    ],
  };
}
