import type { Inputs, Names } from './reshaped.ts';

/** How one of Pulumi's types is one of AWS's. */
export interface Mapped {
  readonly type: string;
  /** Where in AWS's type the inputs stand. */
  readonly within?: string;
  readonly names?: Names;
  /** Required properties that Pulumi or the provider makes up. */
  readonly given?: readonly string[];
  /** By AWS's path: inputs for which the schema has no property, and why. */
  readonly without?: Readonly<Record<string, string>>;
}

export const provider = 'tells the provider what to do, AWS does not see it';
export const client = 'the region of the provider’s client';
export const attribute = 'an attribute, of which the schema has neither names nor values';
export const owner = 'names that of which it is a part';

export const pairs = (object: Inputs) => Object.entries(object).map(([name, value]) => ({ name, value }));
