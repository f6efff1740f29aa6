import fc from 'fast-check';
import { bodySchema, type Json, type Operation, type Parameter, validator } from './contract-document.ts';

/** A request as the document describes it, or one that breaks the document in one place. */
export interface Sample {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly header: Readonly<Record<string, string>>;
  /** Undefined for none. */
  readonly body: Json;
}

type Strings = fc.Arbitrary<Record<string, string>>;

/** Requests that the document allows; `known` are values by which a parameter names something that is there. */
export function allowed(
  operation: Operation,
  known: (parameter: Parameter) => readonly string[] = () => [],
): fc.Arbitrary<Sample> {
  const parametersIn = (place: Parameter['in']): Strings => {
    const found = operation.parameters.filter((parameter) => parameter.in === place);
    const requiredKeys = found.filter(({ required }) => required).map(({ name }) => name);
    const values = found.map((parameter) => [parameter.name, parameterValue(parameter, known(parameter))]);
    return fc.record(Object.fromEntries(values), { requiredKeys, noNullPrototype: true }) as Strings;
  };
  const schema = bodySchema(operation);
  const body = schema === undefined ? fc.constant(undefined) : anyOf(schema);
  return fc.record({
    path: parametersIn('path'),
    query: parametersIn('query'),
    header: parametersIn('header'),
    body: operation.requestBody?.required === false ? fc.option(body, { nil: undefined }) : body,
  });
}

function parameterValue({ schema }: Parameter, known: readonly string[]): fc.Arbitrary<Json> {
  const any = anyOf(schema);
  return known.length === 0 ? any : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, any);
}

/** Requests that break the document in one place. Undefined when the operation takes nothing that could be wrong. */
export function refused(operation: Operation): fc.Arbitrary<Sample> | undefined {
  const places: fc.Arbitrary<Sample>[] = [];
  const valid = allowed(operation);
  for (const { in: place, name, required, schema } of operation.parameters) {
    const validate = validator(schema);
    const values = junkTexts.filter((text) => !validate(text) && canBeSent(text, place));
    if (values.length > 0)
      places.push(
        fc
          .tuple(valid, fc.constantFrom(...values))
          .map(([sample, value]) => ({ ...sample, [place]: { ...sample[place], [name]: value } })),
      );
    if (required && place !== 'path')
      places.push(
        valid.map((sample) => {
          const { [name]: _left, ...rest } = sample[place];
          return { ...sample, [place]: rest };
        }),
      );
  }
  const schema = bodySchema(operation);
  // Where any JSON is right, a body can only be missing.
  if (schema !== undefined && Object.keys(schema).some((key) => key !== 'description')) {
    const validate = validator(schema);
    const bodies = fc.tuple(valid, fc.nat(), fc.constantFrom(...junkValues), fc.nat(3));
    places.push(
      bodies
        .map(([sample, at, junk, how]) => ({ ...sample, body: broken(sample.body ?? {}, at, junk, how) }))
        .filter(({ body }) => body !== undefined && !validate(body)),
    );
  }
  if (operation.requestBody?.required) places.push(valid.map((sample) => ({ ...sample, body: undefined })));
  return places.length === 0 ? undefined : fc.oneof(...places);
}

const junkTexts = [
  '',
  ' ',
  '0',
  '-1',
  '101',
  '1e2',
  'a b',
  '..',
  '__proto__',
  'é',
  '"',
  '1',
  '"a',
  '*,"1"',
  '2021-02-30',
  '2021-1-1',
  'http://github.com/a/b',
  'https://github.com/a',
  'x'.repeat(1100),
];

function canBeSent(text: string, place: Parameter['in']): boolean {
  // An empty segment is another path, and HTTP takes white space off a header.
  if (place === 'path') return text !== '' && text !== '..';
  return place === 'query' || (text.trim() === text && /^[ -~]*$/.test(text));
}

const junkValues = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  '',
  ' ',
  'x',
  'a b',
  '\u0000',
  '💡'.repeat(5000),
  [],
  [[]],
  {},
];

/** The value with one of its parts, the one at number `at`, replaced, removed or added to. */
function broken(value: Json, at: number, junk: Json, how: number): Json {
  const copy = { root: structuredClone(value) };
  const parts: [Json, string][] = [];
  const visit = (holder: Json, key: string) => {
    parts.push([holder, key]);
    const inner = holder[key];
    if (typeof inner === 'object' && inner !== null)
      for (const name of Object.keys(inner)) visit(inner, name);
  };
  visit(copy, 'root');
  const [holder, key] = parts[at % parts.length] as [Json, string];
  const part = holder[key];
  if (how === 0) delete holder[key];
  else if (how === 1 && Array.isArray(part)) part.push(junk);
  else if (how === 1 && typeof part === 'object' && part !== null) part.unknown = junk;
  else holder[key] = junk;
  return copy.root;
}

/** Values that a schema allows, of the keywords that our document uses. */
function anyOf(schema: Json): fc.Arbitrary<Json> {
  const validate = validator(schema);
  return candidates(schema).filter((value) => validate(value));
}

function candidates(schema: Json): fc.Arbitrary<Json> {
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return fc.oneof(...either.map(candidates));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if ('const' in schema) return fc.constant(schema.const);
  const { minimum = -(2 ** 31), maximum = 2 ** 31 - 1, maxItems = 5 } = schema;
  switch (schema.type) {
    case 'string':
      return texts(schema);
    case 'integer':
      return fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: minimum, max: Math.min(maximum, minimum + 1000) }) },
        fc.constantFrom(minimum, maximum),
      );
    case 'number':
      return fc.double({ min: schema.minimum, max: schema.maximum, noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(candidates(schema.items), {
        minLength: schema.minItems,
        maxLength: Math.min(maxItems, 5),
      });
    case 'object':
      return objects(schema);
    default:
      return anyJson;
  }
}

function objects({
  properties = {},
  required = [],
  propertyNames,
  maxProperties = 5,
}: Json): fc.Arbitrary<Json> {
  if (propertyNames)
    return fc.dictionary(candidates({ type: 'string', ...propertyNames }), anyJson, {
      maxKeys: Math.min(maxProperties, 5),
    });
  const fields = Object.entries(properties).map(([name, schema]) => [name, candidates(schema)]);
  return fc.record(Object.fromEntries(fields), { requiredKeys: required, noNullPrototype: true });
}

/** But for the keys that the document's description says are refused. */
const anyJson = fc
  .jsonValue({ maxDepth: 3 })
  .filter((value) => !/"(__proto__|prototype)":/.test(JSON.stringify(value)));

function texts({ pattern, format, minLength, maxLength = 200 }: Json): fc.Arbitrary<string> {
  if (format === 'email') return fc.emailAddress();
  if (format === 'date')
    return fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
  if (!pattern) return fc.string({ unit: 'binary', minLength, maxLength });
  const whole = new RegExp(pattern, 'u');
  return fc.stringMatching(new RegExp(withoutAssertions(pattern), 'u')).filter((text) => whole.test(text));
}

/** fast-check makes texts of patterns without lookaheads; what these forbid is filtered out. */
function withoutAssertions(pattern: string): string {
  const start = pattern.indexOf('(?!');
  if (start < 0) return pattern;
  let end = start + 1;
  for (let open = 1, isClass = false; open > 0; end++) {
    const character = pattern[end];
    if (character === '\\') end++;
    else if (isClass) isClass = character !== ']';
    else if (character === '[') isClass = true;
    else if (character === '(') open++;
    else if (character === ')') open--;
  }
  return withoutAssertions(pattern.slice(0, start) + pattern.slice(end));
}
