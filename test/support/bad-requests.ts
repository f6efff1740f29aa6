import fc from 'fast-check';

/** An operation of the service as its OpenAPI document describes it. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly bodyFields: readonly string[];
}

interface Described {
  requestBody?: { content: Record<string, { schema?: { properties?: object } }> };
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, Described>>;
}

export function operationsOf(document: OpenApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      bodyFields: Object.keys(requestBody?.content['application/json']?.schema?.properties ?? {}),
    })),
  );
}

/** What a test sends: the bytes of an HTTP/1.1 request, though not all of them make one. */
export interface BadRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

const encodings = ['%', '%zz', '%00', '%ff', '%c3%28', '%2F', '%2e%2e', '%ED%A0%80', '%F0%9F%92%A1'];
const names = [
  'ann',
  'a.b-c_d',
  '__proto__',
  'constructor',
  '..',
  'a'.repeat(65),
  'x'.repeat(3000),
  '*',
  "'--",
  '{}',
];
const segment = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('ann', 'a1') },
  fc.constantFrom(...names, ...encodings),
  fc.stringMatching(/^[!-~]{1,20}$/).map((text) => text.replace(/[?#/\s]/g, '')),
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 10 })
    .map((text) => encodeURIComponent(text.toWellFormed())),
);
const query = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  fc.constantFrom(
    '?limit=0',
    '?limit=1e2',
    '?limit=5&limit=6',
    '?limit[]=1',
    '?cursor=',
    '?cursor=!!!',
    '?cursor=AAAA',
    `?cursor=${'A'.repeat(2000)}`,
    '?cursor=X19wcm90b19f',
    '?__proto__=1',
    '?__proto__[a]=1',
    '?constructor.prototype=1',
    '?%',
    '?%00=%ff',
    '?&&==&',
  ),
);
const header = fc.constantFrom(
  'If-Match: *',
  'If-Match: "1", "x"',
  'If-Match: nonsense',
  'If-Match: ""',
  'If-Match: W/"1"',
  'If-None-Match: ,,,',
  'X-Viewer-Id: ann',
  'X-Viewer-Id: \xff\xfe',
  'X-Viewer-Id: __proto__',
  'X-Forwarded-For: junk',
  'X-Forwarded-For: 203.0.113.7, ::1, ,',
  'X-Request-Id: ../../etc',
  'Accept: text/nothing',
  'Accept-Encoding: junk;q=9',
  'Content-Encoding: gzip',
  'Cookie: a=b; __proto__=c',
  'Range: bytes=9-1',
  'Origin: null',
);
const type = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('application/json', 'application/merge-patch+json') },
  fc.constantFrom(
    'application/json; charset=utf-16',
    'application/json;;;',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'junk',
    '*/*',
    '',
  ),
);

const junkValue = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('x'.repeat(20_000), '\u0000', '💡'.repeat(300), -0, 1e308, [], {}, [[[[]]]], {
    __proto__: null,
  }),
);
const texts = fc.constantFrom(
  '',
  ' ',
  '{',
  '{"a":1,}',
  'nul',
  '"\\ud800"',
  '{"\\udfff":1}',
  '{"__proto__":{"admin":true}}',
  '{"properties":{"__proto__":1}}',
  '{"constructor":{"prototype":{"a":1}}}',
  '{"string":"a","string":2}',
  '{"username":"ann","stream_limit":1e999}',
  '{"properties":{"a":-1e999}}',
  '[1e400]',
  '01',
  'NaN',
  '\ufeff{}',
  `${'['.repeat(5000)}${']'.repeat(5000)}`,
  `{"properties":${'{"a":'.repeat(100)}1${'}'.repeat(100)}}`,
  `{"string":"${'x'.repeat(600_000)}"}`,
  `{${Array.from({ length: 2000 }, (_, i) => `"k${i}":${i}`).join(',')}}`,
);

/** Bodies that come close to what the operation takes, bodies that are JSON, and bodies that are nothing. */
function bodyOf(operation: Operation): fc.Arbitrary<Buffer> {
  const fields = [...operation.bodyFields, 'properties', 'unknown', 'toString'];
  const record = fc.dictionary(fc.constantFrom(...fields), junkValue, { maxKeys: 4 });
  return fc.oneof(
    { weight: 3, arbitrary: record.map((value) => Buffer.from(JSON.stringify(value))) },
    { weight: 2, arbitrary: texts.map((text) => Buffer.from(text)) },
    fc.json().map((text) => Buffer.from(text)),
    fc.json({ maxDepth: 1 }).map((text) => Buffer.from(text.slice(0, -1))),
    fc.json({ maxDepth: 1 }).map((text) => Buffer.from(text, 'utf16le')),
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
  );
}

export function badRequest(operation: Operation): fc.Arbitrary<BadRequest> {
  const parameters = operation.path.split(/\{[^}]*\}/);
  return fc.record({
    method: fc.constant(operation.method),
    target: fc
      .tuple(fc.array(segment, { minLength: parameters.length - 1, maxLength: parameters.length - 1 }), query)
      .map(([values, search]) => parameters.map((part, i) => part + (values[i] ?? '')).join('') + search),
    headers: fc
      .tuple(fc.uniqueArray(header, { maxLength: 3 }), type)
      .map(([headers, mediaType]) => [...headers, `Content-Type: ${mediaType}`]),
    body: bodyOf(operation),
  });
}

export function bytesOf({ method, target, headers, body }: BadRequest, authorization: string): Buffer {
  const head = [
    `${method} ${target} HTTP/1.1`,
    'Host: test',
    'Connection: close',
    `Authorization: ${authorization}`,
    `Content-Length: ${body.length}`,
    ...headers,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}
