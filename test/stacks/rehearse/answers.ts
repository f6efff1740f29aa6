import type { Rule, Script } from './script.ts';

/** What the CLI writes at the end of an operation. */
export function summary(resourceChanges: Record<string, number>) {
  return {
    sequence: 9,
    timestamp: 1,
    summaryEvent: { maybeCorrupt: false, durationSeconds: 1, resourceChanges },
  };
}

/** What it writes of a resource that was made. */
export const outputs = {
  sequence: 1,
  timestamp: 1,
  resOutputsEvent: {
    metadata: {
      op: 'create',
      urn: 'urn:pulumi:dev::trellis::aws:sqs/queue:Queue::any',
      type: 'aws:sqs/queue:Queue',
    },
  },
};

/** What it writes of a resource that could not be made, in two lines. */
export function failed(op: string, name: string, message: string): string {
  const urn = `urn:pulumi:dev::trellis::aws:ecs/service:Service::${name}`;
  return [
    { resOpFailedEvent: { metadata: { op, urn, type: 'aws:ecs/service:Service' }, status: 2, steps: 1 } },
    { diagnosticEvent: { urn, message, color: 'never', severity: 'error' } },
  ]
    .map((event) => JSON.stringify(event))
    .join('\n');
}

/** A preview, as one document of several lines. */
export function preview(steps: object[]): string {
  const same = { op: 'same', urn: 'urn:pulumi:dev::trellis::pulumi:pulumi:Stack::trellis-dev' };
  return JSON.stringify(
    { config: {}, steps: [same, ...steps], duration: 1, changeSummary: { same: 1 } },
    null,
    2,
  );
}

/** A rehearsal in which all goes well. */
export function script({ isProtected = false } = {}): Script {
  const refusal: Rule = {
    code: 255,
    lines: [failed('delete', 'deletion-guard', 'it is protected'), summary({})],
  };
  return {
    version: [{ lines: ['v3.270.0'] }],
    up: [
      { lines: [...Array(30).fill(outputs), summary({ create: 179 })] },
      { lines: [summary({ update: 3, same: 176 })] },
    ],
    preview: [{ lines: [preview([])] }],
    destroy: [...(isProtected ? [refusal] : []), { lines: [summary({ delete: 179 })] }],
  };
}
