import type { FastifyReply } from 'fastify';
import plugin from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyInstance {
    draining: { active: boolean };
  }
}

/**
 * While draining, every answer closes its connection: otherwise `close()` would wait for idle keep-alive
 * connections, or cut one off just as a request arrives on it.
 */
export const draining = plugin(
  async (app) => {
    const state = { active: false };
    app.decorate('draining', state);
    app.addHook('onSend', (_request, reply, payload, done) => {
      closeWhileDraining(state, reply);
      done(null, payload);
    });
  },
  { name: 'draining' },
);

export function closeWhileDraining(state: { active: boolean }, reply: FastifyReply): void {
  if (state.active) reply.header('connection', 'close');
}
