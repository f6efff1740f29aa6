import { expect } from 'chai';
import { NewString, SavedStringSchema } from '../../../app/page/schema.ts';
import { NewStream } from '../../../app/streams/schema.ts';
import { type TestApp, testApp } from '../../support/app.ts';

interface Response {
  readonly content?: Readonly<Record<string, object>>;
  readonly links?: Readonly<Record<string, object>>;
}

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly object[];
  readonly requestBody?: { readonly required?: boolean };
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, Response>>;
}

describe('the OpenAPI document of page and streams', () => {
  let test: TestApp;
  before(async () => {
    test = await testApp();
  });
  after(() => test.close());

  const operations: [method: string, path: string, id: string, tag: string, successes: string[]][] = [
    ['get', '/page', 'showPage', 'page', ['200']],
    ['get', '/api/v1/page', 'getString', 'page', ['200', '304']],
    ['put', '/api/v1/page', 'setString', 'page', ['200']],
    ['get', '/api/v1/streams', 'listStreams', 'streams', ['200']],
    ['post', '/api/v1/stream', 'startStream', 'streams', ['200', '201']],
    ['post', '/api/v1/streams', 'startOneOfStreams', 'streams', ['200', '201']],
    ['put', '/api/v1/streams/{id}', 'heartbeat', 'streams', ['200']],
    ['delete', '/api/v1/streams/{id}', 'stopStream', 'streams', ['204']],
  ];
  for (const [method, path, id, tag, successes] of operations) {
    it(`says what ${method} ${path} does, and how it answers`, () => {
      const paths = test.app.swagger().paths as Record<string, Record<string, Operation>>;
      const operation = paths[path]?.[method];
      if (!operation) throw new Error('it is not documented');
      const { operationId, summary, description = '-', tags, responses } = operation;
      expect(operationId).to.equal(id);
      expect(tags).to.deep.equal([tag]);
      expect(summary).to.match(/^[A-Z]/);
      expect(description).not.to.equal('');
      expect(Object.keys(responses).filter((status) => status < '400')).to.deep.equal(successes);
      expect(responses['503']?.content).to.have.all.keys('application/problem+json');
    });
  }

  it('says what the fields mean whose meaning their names do not tell', () => {
    const described = (schema: object) =>
      Object.entries((schema as { properties: Record<string, { description?: string }> }).properties)
        .filter(([, { description }]) => description)
        .map(([name]) => name);
    expect(described(NewString)).to.deep.equal(['string']);
    expect(described(SavedStringSchema)).to.deep.equal(['version']);
    expect(described(NewStream)).to.deep.equal(['video_ended', 'stream_id', 'replaces']);
    expect((NewStream as { description?: string }).description).to.match(
      /at most 3840 bytes as JSON .*; the body as a whole at most 24 KiB$/,
    );
  });

  it('tells when a stream needs the key and a body, and what to call after its start', () => {
    const paths = test.app.swagger().paths as Record<string, Record<string, Operation>>;
    for (const [method, path] of operations.filter(([, , , tag]) => tag === 'streams'))
      expect(paths[path]?.[method]?.security, `${method} ${path}`).to.deep.equal([{}, { apiKey: [] }]);
    for (const path of ['/api/v1/stream', '/api/v1/streams'])
      expect(paths[path]?.post?.requestBody?.required, path).to.equal(false);
    const parameters = { id: '$response.body#/stream_id' };
    for (const path of ['/api/v1/stream', '/api/v1/streams'])
      expect(paths[path]?.post?.responses['201']?.links, path).to.deep.equal({
        heartbeat: { operationId: 'heartbeat', parameters },
        stopStream: { operationId: 'stopStream', parameters },
      });
    expect(paths['/api/v1/page']?.put?.requestBody?.required).to.equal(true);
  });

  it('tells apart what needs the key, what is HTML, and what has no body', () => {
    const paths = test.app.swagger().paths as Record<string, Record<string, Operation>>;
    expect(paths['/api/v1/page']?.put?.description).to.match(/If-Match/);
    expect(paths['/api/v1/streams']?.post?.description).to.match(
      /heartbeats every 30 s\. A 503 names the `stream_id` that may be held/,
    );
    expect(paths['/api/v1/page']?.put?.security).to.deep.equal([{ apiKey: [] }]);
    expect(paths['/api/v1/page']?.put?.parameters).to.deep.include({
      in: 'header',
      name: 'if-match',
      required: false,
      description: '* or a list of quoted entity tags, as earlier answers gave them in `ETag`',
      schema: {
        type: 'string',
        pattern: '^(?:\\*|(?:W/)?"[!#-~]*"(?:[ \\t]*,[ \\t]*(?:W/)?"[!#-~]*")*)$',
      },
    });
    expect(paths['/api/v1/page']?.get).not.to.have.property('security');
    expect(paths['/page']?.get?.responses['200']).to.deep.equal({
      description: 'The page',
      content: { 'text/html': { schema: { type: 'string' } } },
    });
  });
});
