import { Type } from 'typebox';
import { jobStatuses, maxArguments } from '../../contract/scans.ts';
import { Timestamp } from '../schema.ts';

const Arguments = Type.Object(
  {},
  {
    additionalProperties: true,
    description: `What the schema of the kind asks for; their JSON, written as a JSON string, takes at most ${maxArguments} bytes`,
  },
);

export const NewLaunch = Type.Object(
  {
    kind: Type.String({ minLength: 1, maxLength: 32, description: 'A name from /api/v1/job-kinds' }),
    arguments: Arguments,
  },
  { additionalProperties: false },
);

export const LaunchSchema = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  arguments: Arguments,
  status: Type.Enum([...jobStatuses], {
    description: '`running` from its submission on: it may be waiting for its turn',
  }),
  reason: Type.Optional(Type.String({ description: 'Why it failed' })),
  outcome: Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()], {
    description: 'What the job says about its result',
  }),
  result_url: Type.Optional(
    Type.String({
      description: 'Where to download the whole result for the next hour; for a single job only',
    }),
  ),
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
