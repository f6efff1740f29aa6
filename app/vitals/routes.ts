import plugin from 'fastify-plugin';
import type { App } from '../instance.ts';
import { problemResponses } from '../schema.ts';
import { type Recorder, slotMinutes } from './recorder.ts';
import { maxReportBytes, NewReport, ReportAnswer, VitalsQuery, VitalsSchema } from './schema.ts';
import { summarize } from './summary.ts';

interface Options {
  readonly recorder: Recorder;
}

/** Milliseconds between two writes to the database, of which each process makes one at most. */
const flushInterval = 60_000;
const tags = ['vitals'];
const defaultHours = 3;

/**
 * Measures every answer of the service, collects what pages measured, and shows both. Register this before the routes that
 * it measures: pages may report only routes that it knows.
 */
export const vitals = plugin(
  async (app: App, { recorder }: Options) => {
    const routes = new Set<string>();
    app.addHook('onRoute', ({ method, url, schema }) => {
      if (schema?.hide) return;
      for (const each of [method].flat()) routes.add(`${each} ${url}`);
    });

    // Measured when the answer is handed over, for the reason that plugins/timings.ts gives.
    app.addHook('onSend', (request, reply, payload, done) => {
      const { url, config } = request.routeOptions;
      if (url !== undefined && !config?.quiet) {
        const { start, database } = request.requestContext;
        const value = performance.now() - start;
        recorder.observe('service', `${request.method} ${url}`, {
          value,
          service: value,
          database,
          status: reply.statusCode,
        });
      }
      done(null, payload);
    });

    const flush = () =>
      recorder
        .flush()
        .catch((err) =>
          app.log.warn({ err }, 'timings could not be saved; they are tried again in a minute'),
        );
    const timer = setInterval(flush, flushInterval);
    timer.unref();
    app.addHook('onClose', async () => {
      clearInterval(timer);
      await flush();
    });

    app.post(
      '/api/v1/vitals',
      {
        bodyLimit: maxReportBytes,
        schema: {
          operationId: 'reportVitals',
          summary: 'Report what a page measured',
          description: 'Each process takes 50 reports a second; further ones are counted and dropped.',
          tags,
          body: NewReport,
          response: { 202: ReportAnswer, ...problemResponses(400, 503) },
        },
      },
      async (request, reply) => {
        const accepted = recorder.admit();
        if (accepted) {
          const { page, vitals, requests } = request.body;
          for (const { name, value } of vitals)
            recorder.observe('vital', `${page} ${name}`, { value: name === 'CLS' ? value * 1000 : value });
          for (const { route, status, duration_ms, service_ms, database_ms } of requests) {
            if (routes.has(route))
              recorder.observe('browser', route, {
                value: duration_ms,
                service: service_ms,
                database: database_ms,
                status,
              });
          }
        }
        return reply.code(202).send({ accepted });
      },
    );

    app.get(
      '/api/v1/vitals',
      {
        onRequest: app.requireApiKey,
        schema: {
          operationId: 'getVitals',
          summary: 'Where time goes: routes as service and browsers saw them, and web vitals by page',
          description:
            'All processes count up to their last save, which is a minute ago at most; the process that answers counts up to now. When there are more than 32 MiB of measurements, the oldest are left out.',
          tags,
          security: [{ apiKey: [] }],
          querystring: VitalsQuery,
          response: { 200: VitalsSchema, ...problemResponses(400, 401, 503) },
        },
      },
      async (request, reply) => {
        const to = Date.now();
        const slot = slotMinutes * 60_000;
        const from = Math.floor((to - Number(request.query.hours ?? defaultHours) * 3_600_000) / slot) * slot;
        const series = summarize(await recorder.read(from));
        return reply.header('cache-control', 'no-store').send({
          from: new Date(from).toISOString(),
          to: new Date(to).toISOString(),
          slot_minutes: slotMinutes,
          series,
        });
      },
    );
  },
  { name: 'vitals', dependencies: ['timings', 'api-key'] },
);
