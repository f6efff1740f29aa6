import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import plugin from 'fastify-plugin';
import { Problem } from '../problem.ts';
import { secretMatcher } from '../secret.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** `onRequest` hook of routes that need the API key. */
    requireApiKey: onRequestHookHandler;
    /** The same check for routes that need the key only sometimes. @throws Problem 401 without a key, or with a wrong one. */
    checkApiKey: (request: FastifyRequest) => void;
  }
}

export const apiKey = plugin<{ apiKey: string }>(
  async (app, options) => {
    const isApiKey = secretMatcher(options.apiKey);
    app.decorate('checkApiKey', (request: FastifyRequest) => {
      const given = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
      if (given === undefined) {
        throw unauthorized('this needs the API key, sent as "Authorization: Bearer <key>"', realm);
      }
      if (!isApiKey(given)) {
        throw unauthorized('the API key is wrong', `error="invalid_token", ${realm}`);
      }
    });
    app.decorate('requireApiKey', (request, _reply, done) => {
      app.checkApiKey(request);
      done();
    });
  },
  { name: 'api-key' },
);

const realm = 'realm="trellis"';

/** The challenge to a request without credentials names no error (RFC 6750, section 3). */
function unauthorized(detail: string, challenge: string): Problem {
  return new Problem(401, detail, { headers: { 'www-authenticate': `Bearer ${challenge}` } });
}
