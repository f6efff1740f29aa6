import * as pulumi from '@pulumi/pulumi';

/** Stands in a definition for a name that only a deployment knows. */
export function placeholder(name: string): string {
  return `\${${name}}`;
}

/**
 * A definition with its placeholders filled in: `${name}`, as Step Functions' own definition substitutions are written.
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
      throw new Error(`definition: ${found} stands for nothing, only ${Object.keys(known).join(', ')} do`);
    }),
  );
}
