import { readFileSync } from 'node:fs';
import * as pulumi from '@pulumi/pulumi';
import * as components from './index.ts';

type Component = new (
  name: string,
  args: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
) => pulumi.ComponentResource;

interface Schema {
  readonly name: string;
  readonly version: string;
  readonly resources: Readonly<Record<string, { readonly properties?: Readonly<Record<string, unknown>> }>>;
}

/**
 * Offers the components to programs in other languages. The schema is a file, since Pulumi's own host of components infers
 * it from TypeScript sources at each start: that takes seconds, and compiled JavaScript has none.
 */
export class Provider implements pulumi.provider.Provider {
  readonly version: string;
  readonly schema: string;
  private readonly offered: Schema;

  constructor(schema: string) {
    this.schema = schema;
    this.offered = JSON.parse(schema);
    this.version = this.offered.version;
  }

  /** @param type as `trellis:index:DataStore` */
  async construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<pulumi.provider.ConstructResult> {
    const resource = Object.hasOwn(this.offered.resources, type) ? this.offered.resources[type] : undefined;
    const Class = (components as unknown as Record<string, Component>)[type.split(':').at(-1) ?? ''];
    if (resource === undefined || Class === undefined) {
      throw new Error(
        `there is no component ${type}; there are ${Object.keys(this.offered.resources).join(', ')}`,
      );
    }
    const made = new Class(name, inputs, options);
    const fields = made as unknown as Record<string, unknown>;
    const outputs = Object.keys(resource.properties ?? {}).map((key) => [key, fields[key]]);
    return { urn: made.urn, state: Object.fromEntries(outputs) };
  }
}

/** Serves until Pulumi's engine, whose address is the process's first argument, ends it. */
export function serve(schemaFile: URL): Promise<void> {
  return pulumi.provider.main(new Provider(readFileSync(schemaFile, 'utf8')), process.argv.slice(2));
}
