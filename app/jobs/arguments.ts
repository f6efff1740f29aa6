import type { FastifyRequest } from 'fastify';
import type { ArgumentSchema, JobKind } from '../../contract/job-kinds.ts';
import { jsonBytes, maxArguments } from '../../contract/scans.ts';
import { gitRefProblem, parseRepositoryUrl, type RepositoryRules } from '../../data/scans/repository-url.ts';
import { type InvalidField, Problem } from '../problem.ts';

type Check = NonNullable<ArgumentSchema['x-check']>;

/** The parts of the system that checks ask. */
export interface CheckContext {
  readonly rules: RepositoryRules;
  readonly scanExists: (id: string) => Promise<boolean>;
}

const checks: Readonly<
  Record<Check, (value: string, context: CheckContext) => Promise<string | undefined> | string | undefined>
> = {
  'repository-url': (value, { rules }) => {
    const repository = parseRepositoryUrl(value, rules);
    return typeof repository === 'string' ? repository : undefined;
  },
  'git-ref': gitRefProblem,
  scan: async (value, { scanExists }) => ((await scanExists(value)) ? undefined : 'is no scan'),
};

/**
 * @throws Problem 400 that names every argument that does not fit the kind's schema, or `arguments` itself when they are
 * too large; 404 when the only fault is a scan that does not exist
 */
export async function checkArguments(
  request: FastifyRequest,
  kind: JobKind,
  given: object,
  context: CheckContext,
): Promise<void> {
  const validate = request.compileValidationSchema(plain(kind));
  if (!validate(given))
    throw Object.assign(new Error('the arguments do not fit the schema of this kind'), {
      validation: validate.errors,
      validationContext: 'body.arguments',
    });
  const values = given as Readonly<Record<string, unknown>>;
  const errors: InvalidField[] = [];
  const size = argumentBytes(given);
  const fits = size <= maxArguments;
  if (!fits)
    errors.push({
      field: 'body.arguments',
      message: `take ${size} bytes of a job's environment; at most ${maxArguments} fit`,
    });
  let status = fits ? 404 : 400;
  for (const [name, schema] of Object.entries(kind.arguments.properties)) {
    const check = schema['x-check'];
    if (!check || values[name] === undefined) continue;
    const message = await checks[check](String(values[name]), context);
    if (!message) continue;
    errors.push({ field: `body.arguments.${name}`, message });
    if (check !== 'scan') status = 400;
  }
  if (errors.length > 0) throw new Problem(status, 'the arguments have invalid values', { errors });
}

/** Their JSON becomes an environment variable within the JSON that ECS receives, so quotes are escaped twice. */
function argumentBytes(given: object): number {
  return jsonBytes(JSON.stringify(given));
}

const schemas = new WeakMap<JobKind, object>();

/** The schema without `x-check`, which the validator would refuse. A kind always gets the same object, because the
 * validator compiles each object that it has not seen before. */
function plain(kind: JobKind): object {
  const before = schemas.get(kind);
  if (before) return before;
  const properties = Object.entries(kind.arguments.properties).map(([name, schema]) => {
    const { 'x-check': _check, ...rest } = schema;
    return [name, rest];
  });
  const schema = { ...kind.arguments, properties: Object.fromEntries(properties) };
  schemas.set(kind, schema);
  return schema;
}
