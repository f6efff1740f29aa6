import plugin from 'fastify-plugin';
import { type RequestTimings, requestTimings } from '../timings.ts';

declare module 'fastify' {
  interface FastifyRequest {
    timings: RequestTimings;
  }
}

/** `Server-Timing` on every answer, database apart from the rest, and one log line per request. */
export const timings = plugin(
  async (app) => {
    // A getter-less placeholder keeps the request's shape; the hook below sets it before anyone reads it.
    app.decorateRequest('timings');

    app.addHook('onRequest', (request, reply, done) => {
      request.timings = { database: 0 };
      reply.header('x-request-id', request.id);
      requestTimings.run(request.timings, done);
    });

    app.addHook('onSend', (request, reply, payload, done) => {
      const { database } = request.timings;
      const rest = Math.max(0, reply.elapsedTime - database);
      reply.header('server-timing', `db;dur=${database.toFixed(2)}, app;dur=${rest.toFixed(2)}`);
      done(null, payload);
    });

    // The route's pattern, not its URL, and no address: what is in them is personal data.
    app.addHook('onResponse', (request, reply, done) => {
      const level = request.routeOptions.config.quiet ? 'debug' : 'info';
      request.log[level](
        {
          method: request.method,
          route: request.routeOptions.url,
          status: reply.statusCode,
          ms: Math.round(reply.elapsedTime * 100) / 100,
          database_ms: Math.round(request.timings.database * 100) / 100,
        },
        'answered',
      );
      done();
    });
  },
  { name: 'timings' },
);

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Log successful requests at `debug` only: health checks would fill the log. */
    quiet?: boolean;
  }
}
