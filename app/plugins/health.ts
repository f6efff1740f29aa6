import { Type } from 'typebox';
import { healthPaths } from '../../contract/health.ts';
import type { App } from '../instance.ts';
import { Problem } from '../problem.ts';
import { problemResponses } from '../schema.ts';

const ok = { status: 'ok' as const };
const config = { quiet: true };
const tags = ['health'];
const healthy = Type.Object({ status: Type.Literal('ok') });
const orUnavailable = { 200: healthy, ...problemResponses(503) };

export async function health(app: App, options: { databaseAnswers: () => Promise<unknown> }): Promise<void> {
  function refuseWhileDraining(): void {
    if (!app.draining.active) return;
    throw new Problem(503, 'this process is shutting down', { headers: { 'retry-after': '1' } });
  }

  app.get(
    healthPaths.live,
    {
      config,
      schema: { operationId: 'isAlive', summary: 'Does the process run?', tags, response: { 200: healthy } },
    },
    async () => ok,
  );

  app.get(
    healthPaths.serving,
    {
      config,
      schema: {
        operationId: 'isServing',
        summary: 'Does the process take requests? 503 while it drains',
        tags,
        response: orUnavailable,
      },
    },
    async () => {
      refuseWhileDraining();
      return ok;
    },
  );

  app.get(
    healthPaths.ready,
    {
      config,
      schema: {
        operationId: 'isReady',
        summary: 'Can the process answer requests? 503 while it drains, and while the database is away',
        tags,
        response: orUnavailable,
      },
    },
    async () => {
      refuseWhileDraining();
      await options.databaseAnswers();
      return ok;
    },
  );
}
