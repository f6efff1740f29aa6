import plugin from 'fastify-plugin';
import { invalid, Problem, problemContentType } from '../problem.ts';

/**
 * Node itself would answer a missing `Host`, and an `Expect` that it does not know, with a bare status line. These hooks
 * answer problem details instead. For that the server is created with `requireHostHeader: false`.
 */
export const protocol = plugin(
  async (app) => {
    app.addHook('onRequest', (request, _reply, done) => {
      const { headers, httpVersion } = request.raw;
      done(
        headers.host === undefined && httpVersion === '1.1'
          ? invalid('headers.host', 'is required')
          : undefined,
      );
    });

    app.server.on('checkExpectation', (_request, response) => {
      const message = 'must be 100-continue';
      const problem = new Problem(417, `headers.expect ${message}`, {
        errors: [{ field: 'headers.expect', message }],
      });
      const body = Buffer.from(JSON.stringify(problem));
      response
        .writeHead(417, {
          'content-type': problemContentType,
          'cache-control': 'no-store',
          'content-length': body.length,
          connection: 'close',
        })
        .end(body);
    });
  },
  { name: 'protocol' },
);
