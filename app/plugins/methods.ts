import type { FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import findMyWay from 'find-my-way';
import { Problem } from '../problem.ts';
import { sendOnSocket, sendProblem } from './problem-details.ts';

/**
 * Answers what no route takes, before its body is read: OPTIONS with the methods of the path (RFC 9110, 9.3.7), another
 * method of a path that has routes with 405, and an unknown path with 404. To be registered before the routes.
 */
export const methods = plugin<{ maxParamLength: number }>(
  async (app, options) => {
    // Fastify tells which route a request has, but not which other methods its path has.
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
      // OPTIONS asks by `*` about the server as a whole.
      const isOptions = request.method === 'OPTIONS';
      const found = isOptions && request.url === '*' ? [...known].sort() : methodsOf(request.url);
      if (found.length === 0) return done(noRoute(request));
      if (isOptions) return sendOptions(reply, found);
      done(notAllowed(request.method, found));
    });
    // Files of the documentation that are not there have a route all the same.
    app.setNotFoundHandler((request, reply) => sendProblem(noRoute(request), request, reply));

    // CONNECT asks for a tunnel to another host, so that Node hands over the socket and no request.
    app.server.on('connect', ({ url }, socket) => {
      // Node no longer looks after it: an error that has no listener would end the process, and a caller who keeps the
      // connection open would hold up its end.
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
