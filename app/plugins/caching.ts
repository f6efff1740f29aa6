import plugin from 'fastify-plugin';

/** An answer that says nothing about caching is kept by no cache: those on the way, the CDN's among them, would decide
 * by themselves. */
export const caching = plugin(
  async (app) => {
    app.addHook('onSend', (_request, reply, payload, done) => {
      if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
      done(null, payload);
    });
  },
  { name: 'caching' },
);
