import type { FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { invalid, Problem } from '../problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The JSON body as it was sent: parsing loses digits of its numbers, and the users' properties must keep them. */
    jsonText: string;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Strict JSON (RFC 7493): valid UTF-8, no lone surrogates, no `__proto__`. An empty body counts as none,
 * so that a route can be called without a body when all its fields are optional.
 */
export const jsonBody = plugin(
  async (app) => {
    app.decorateRequest('jsonText', '');
    const parse = app.getDefaultJsonParser('error', 'error');
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      ['application/json', 'application/merge-patch+json'],
      { parseAs: 'buffer' },
      (request: FastifyRequest, body: Buffer, done) => {
        const isPatch = /^application\/merge-patch/i.test(request.headers['content-type'] ?? '');
        if (isPatch && request.method !== 'PATCH') return done(notPatched());
        if (body.length === 0) return done(null, undefined);
        try {
          request.jsonText = utf8.decode(body);
        } catch {
          return done(invalid('body', 'is not valid UTF-8'));
        }
        parse(request, request.jsonText, (error, value) => {
          if (error) return done(invalid('body', `is not valid JSON: ${error.message}`));
          // Only an escape can bring a lone surrogate through UTF-8, so bodies without one are not searched.
          if (/\\ud[89a-f]/i.test(request.jsonText) && !isWellFormed(value)) {
            return done(invalid('body', 'has a string with half a surrogate pair'));
          }
          done(null, value);
        });
      },
    );
  },
  { name: 'json-body' },
);

function notPatched(): Problem {
  const message = 'must be application/json: only PATCH takes a merge patch';
  return new Problem(415, `headers.content-type ${message}`, {
    errors: [{ field: 'headers.content-type', message }],
  });
}

function isWellFormed(root: unknown): boolean {
  const left: unknown[] = [root];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string' && !value.isWellFormed()) return false;
    if (typeof value === 'object' && value !== null) {
      left.push(...Object.keys(value));
      for (const inner of Object.values(value)) left.push(inner);
    }
  }
  return true;
}
