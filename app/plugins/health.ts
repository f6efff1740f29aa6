import { Type } from 'typebox';
import type { App } from '../app.ts';
import { Problem } from '../problem.ts';
import { problemResponses } from '../schema.ts';

const status = Type.Object({ status: Type.Literal('ok') });

/**
 * `/livez` says that the process runs and never asks the database: a database that is away must not have every
 * task killed. `/readyz` says whether to send requests here: not while draining, nor while the database is away.
 */
export async function health(app: App, options: { databaseAnswers: () => Promise<unknown> }): Promise<void> {
  app.get(
    '/livez',
    {
      config: { quiet: true },
      schema: { summary: 'Is the process alive?', tags: ['health'], response: { 200: status } },
    },
    async () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    {
      config: { quiet: true },
      schema: {
        summary: 'Should requests be sent here?',
        tags: ['health'],
        response: { 200: status, ...problemResponses(503) },
      },
    },
    async () => {
      if (app.draining.active)
        throw new Problem(503, 'this process is shutting down', { headers: { 'retry-after': '1' } });
      await options.databaseAnswers();
      return { status: 'ok' as const };
    },
  );
}
