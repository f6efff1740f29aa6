import type * as pulumi from '@pulumi/pulumi';

/** A secret that tasks and jobs get when they start, or that code asks for. */
export interface SecretArgs {
  /** Encrypted in Pulumi's state; 1 to 4,096 characters. */
  value: pulumi.Input<string>;
  /** Physical name, such as `/shop/prod/token`. @default the Pulumi name and a random suffix */
  parameterName?: pulumi.Input<string>;
  /** What it is for. @default none */
  description?: string;
  /** ARN of a customer key that encrypts it. @default AWS's key for parameters, which is free */
  keyArn?: pulumi.Input<string>;
  tags?: { [name: string]: pulumi.Input<string> };
}
