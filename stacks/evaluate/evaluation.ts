import type { Monitor } from './monitor.ts';
import type { Evaluation } from './registered.ts';
import { stackType } from './urn.ts';

/** The stack as which a program is evaluated. */
export interface Target {
  readonly project: string;
  readonly stack: string;
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
}

/** Only Pulumi's service has organizations. */
export const organization = 'organization';

export function evaluationOf(monitor: Monitor): Evaluation {
  const root = monitor.registered.find(({ type }) => type === stackType);
  return {
    resources: monitor.registered.filter((resource) => resource !== root),
    answers: monitor.answers,
    outputs: monitor.outputs.get(root?.urn ?? '') ?? {},
  };
}
