import type * as pulumi from '@pulumi/pulumi';

/** A customer key for everything that a stack keeps. */
export interface CustomerKeyArgs {
  /** What the console shows. @default what the key encrypts */
  description?: string;
  /** Days between the deletion of the key and its end, 7–30. Until then AWS can cancel the deletion. @default 30 */
  deletionWindowInDays?: number;
  /** Pulumi refuses to delete the key. What it has encrypted could not be read any more. @default true */
  deletionProtection?: boolean;
  /** URN of a key that this one continues, for a stack that had a key for a part of its data. @default none */
  formerUrn?: pulumi.Input<string>;
  tags?: { [name: string]: pulumi.Input<string> };
}
