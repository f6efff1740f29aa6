import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'chai';
import type { LightMyRequestResponse } from 'fastify';

// biome-ignore lint/suspicious/noExplicitAny: a JSON Schema, or a JSON value
export type Json = any;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Json;
}

interface Link {
  readonly operationId: string;
  readonly parameters: Readonly<Record<string, string>>;
}

interface Response {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema: Json }>>;
  readonly content?: Readonly<Record<string, { readonly schema: Json }>>;
  readonly links?: Readonly<Record<string, Link>>;
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: Json }>>;
  };
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, Response>>;
}

/** An independent validator: the service's own is not asked what the document means. */
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
const compiled = new Map<Json, ValidateFunction>();

export function validator(schema: Json): ValidateFunction {
  const before = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, before);
  return before;
}

export function operationsOf(document: Json): Operation[] {
  return Object.entries<Record<string, Json>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      parameters: [],
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  );
}

export function bodySchema({ requestBody }: Operation): Json {
  return requestBody && Object.values(requestBody.content)[0]?.schema;
}

/** The API key is needed, not only taken. */
export function isProtected({ security }: Operation): boolean {
  return security?.every((schemes) => Object.keys(schemes).length > 0) ?? false;
}

/** Every answer is one that the document has: its status, type, schema and headers. */
export function expectDocumented(
  { operationId, responses }: Operation,
  answer: LightMyRequestResponse,
): void {
  const shown = `${operationId} answered ${answer.statusCode} ${answer.body.slice(0, 500)}`;
  const response = responses[answer.statusCode];
  if (!response) throw new Error(`${shown}: the document has no such status`);
  for (const [name, { required, schema }] of Object.entries(response.headers ?? {})) {
    const value = answer.headers[name.toLowerCase()];
    if (required || value !== undefined) expectValid(schema, value, `${shown}: header ${name}`);
  }
  if (!response.content) {
    expect(answer.body, `${shown}: the document has no body`).to.equal('');
    return;
  }
  const type = String(answer.headers['content-type']).split(';')[0] as string;
  const schema = response.content[type]?.schema;
  if (!schema) throw new Error(`${shown}: the document has no ${type}`);
  expectValid(schema, type.endsWith('json') ? JSON.parse(answer.body) : answer.body, shown);
}

function expectValid(schema: Json, value: unknown, what: string): void {
  const validate = validator(schema);
  if (!validate(value)) throw new Error(`${what}: ${ajv.errorsText(validate.errors)}`);
}
