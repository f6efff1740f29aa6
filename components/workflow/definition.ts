import * as pulumi from '@pulumi/pulumi';

/** What a definition holds in place of a name that is known only during the deployment. */
export function placeholder(name: string): string {
  return `\${${name}}`;
}

/**
 * A definition with its placeholders filled in. They are written `${name}`, as Step Functions' definition substitutions.
 *
 * @throws when there is no value of that name, once all values are known
 */
export function substitute(
  definition: pulumi.Input<string>,
  values: { [name: string]: pulumi.Input<string> },
): pulumi.Output<string> {
  return pulumi.all([definition, values]).apply(([text, known]) =>
    text.replace(/\$\{([^}]*)\}/g, (found, name: string) => {
      const value = known[name];
      if (value !== undefined) return JSON.stringify(value).slice(1, -1);
      throw new Error(
        `definition: ${found} has no value; there are values for ${Object.keys(known).join(', ')}`,
      );
    }),
  );
}
