import plugin from 'fastify-plugin';

/** Forbids caches to keep an answer that says nothing about caching: otherwise the CDN and the other caches on the way
 * would decide by themselves. */
export const caching = plugin(
  async (app) => {
    app.addHook('onSend', (_request, reply, payload, done) => {
      if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
      done(null, payload);
    });
  },
  { name: 'caching' },
);
