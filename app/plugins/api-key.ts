import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import plugin from 'fastify-plugin';
import { Problem } from '../problem.ts';
import { secretMatcher } from '../secret.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** `onRequest` hook of routes that need the API key. */
    requireApiKey: onRequestHookHandler;
    /** The same check for routes that need the key only sometimes. @throws Problem 401 without a key, 403 with a wrong one. */
    checkApiKey: (request: FastifyRequest) => void;
  }
}

export const apiKey = plugin<{ apiKey: string }>(
  async (app, options) => {
    const isApiKey = secretMatcher(options.apiKey);
    app.decorate('checkApiKey', (request: FastifyRequest) => {
      const given = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
      if (given === undefined) {
        throw new Problem(401, 'this needs the API key, sent as "Authorization: Bearer <key>"', {
          headers: { 'www-authenticate': 'Bearer realm="trellis"' },
        });
      }
      if (!isApiKey(given)) throw new Problem(403, 'the API key is wrong');
    });
    app.decorate('requireApiKey', (request, _reply, done) => {
      app.checkApiKey(request);
      done();
    });
  },
  { name: 'api-key' },
);
