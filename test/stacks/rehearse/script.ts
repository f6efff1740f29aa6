/** How the stand-in for the CLI was called. */
export interface Called {
  args: string[];
  cwd: string;
  /** Variables that matter to Pulumi, to the provider, or to the user's privacy. */
  variables: Record<string, string>;
  /** What the stack file holds at that time. */
  stackFile: string | undefined;
}

/** What a command does; the n-th rule is for the n-th time that it is called, and the last one for all after it. */
export interface Rule {
  code?: number;
  /** What it writes, a line each. */
  lines?: unknown[];
  /** Whether it goes on until it is interrupted. */
  waits?: boolean;
}
export type Script = Record<string, Rule[]>;
