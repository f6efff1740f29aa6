import type { FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import findMyWay from 'find-my-way';
import { Problem } from '../problem.ts';
import { sendOnSocket, sendProblem } from './problem-details.ts';

/**
 * Answers requests that no route takes, before their body is read: OPTIONS with the methods of the path (RFC 9110, 9.3.7),
 * a known path with 405 when it does not have the method, and an unknown path with 404. Register this before the routes:
 * it learns of them as they are added.
 */
export const methods = plugin<{ maxParamLength: number }>(
  async (app, options) => {
    // Fastify knows the route of a request, but cannot tell which other methods the path has.
    const routes = findMyWay(options);
    const known = new Set<string>();
    app.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) {
        known.add(each);
        routes.on(each as 'GET', url, () => {});
      }
    });
    const methodsOf = (url = '') =>
      [...known].filter((method) => routes.find(method as 'GET', url) !== null).sort();

    app.addHook('onRequest', (request, reply, done) => {
      if (!request.is404) return done();
      // `OPTIONS *` asks about the server as a whole.
      const isOptions = request.method === 'OPTIONS';
      const found = isOptions && request.url === '*' ? [...known].sort() : methodsOf(request.url);
      if (found.length === 0) return done(noRoute(request));
      if (isOptions) return sendOptions(reply, found);
      done(notAllowed(request.method, found));
    });
    // A missing file below /api/docs does match a route, so the hook above does not see that it is missing.
    app.setNotFoundHandler((request, reply) => sendProblem(noRoute(request), request, reply));

    // CONNECT asks for a tunnel to another host, so Node hands over the socket instead of a request.
    app.server.on('connect', ({ url }, socket) => {
      // Node no longer manages this socket: an error without a listener would end the process, and a caller who keeps the
      // connection open would delay its shutdown.
      socket.on('error', () => socket.destroy()).on('finish', () => socket.destroy());
      sendOnSocket(notAllowed('CONNECT', methodsOf(url)), socket);
    });
  },
  { name: 'methods' },
);

function sendOptions(reply: FastifyReply, found: readonly string[]): void {
  reply.code(204).header('allow', allow(found)).send();
}

function notAllowed(method: string, found: readonly string[]): Problem {
  const allowed = allow(found);
  const detail = `${method} is not among the methods of this path: ${allowed || 'it has none'}`;
  return new Problem(405, detail, { headers: { allow: allowed } });
}

function allow(found: readonly string[]): string {
  return found.length === 0 ? '' : [...found, 'OPTIONS'].join(', ');
}

function noRoute({ method }: FastifyRequest): Problem {
  return new Problem(404, `no route answers ${method} here; /api/docs lists them`);
}
