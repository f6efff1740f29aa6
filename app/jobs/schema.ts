import { Type } from 'typebox';
import type { ArgumentSchema, JobKind } from '../../contract/job-kinds.ts';
import { jobStatuses, maxArguments } from '../../contract/scans.ts';
import {
  gitRefPattern,
  type RepositoryRules,
  repositoryUrlPattern,
} from '../../data/scans/repository-url.ts';
import { Expiry } from '../records/expiry.ts';
import { Timestamp } from '../schema.ts';

const description = `As the schema of the kind requires; their JSON, written as a JSON string, takes at most ${maxArguments} bytes`;
const Arguments = Type.Object({}, { additionalProperties: true, description });

export const NewRun = Type.Object(
  {
    kind: Type.String({ minLength: 1, maxLength: 32, description: 'A name from /api/v1/job-kinds' }),
    arguments: Arguments,
  },
  { additionalProperties: false },
);

/** The schema of the OpenAPI document: exactly the bodies that both `NewRun` and `checkArguments` accept. */
export function documentedRun(kinds: readonly JobKind[], rules: RepositoryRules) {
  const patterns: Partial<Record<string, string>> = {
    'repository-url': repositoryUrlPattern(rules),
    'git-ref': gitRefPattern,
  };
  const documented = ({ 'x-check': check, ...schema }: ArgumentSchema) => {
    const pattern = check && patterns[check];
    return pattern ? { ...schema, pattern } : schema;
  };
  const ofKind = ({ name, arguments: { properties, ...schema } }: JobKind) => ({
    type: 'object',
    properties: {
      kind: { type: 'string', enum: [name] },
      arguments: {
        ...schema,
        description,
        properties: Object.fromEntries(
          Object.entries(properties).map(([key, value]) => [key, documented(value)]),
        ),
      },
    },
    required: ['kind', 'arguments'],
    additionalProperties: false,
  });
  return { oneOf: kinds.map(ofKind) };
}

export const RunSchema = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  arguments: Arguments,
  status: Type.Enum([...jobStatuses], {
    description: '`running` once it was submitted to the job queue, where it may still wait for capacity',
  }),
  reason: Type.Optional(Type.String({ description: 'Why it failed' })),
  outcome: Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()], {
    description: 'The facts by which the job sums up its result',
  }),
  result_url: Type.Optional(
    Type.String({
      description:
        'URL from which the whole result can be downloaded for an hour; only in the answer for one job',
    }),
  ),
  ...Expiry,
  created_at: Timestamp,
  updated_at: Timestamp,
});

export const KindListSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      name: Type.String(),
      description: Type.String(),
      arguments: Type.Object({}, { additionalProperties: true, description: 'JSON Schema' }),
      vcpu: Type.Number(),
      memory_mib: Type.Integer(),
      timeout_seconds: Type.Integer(),
    }),
  ),
});
