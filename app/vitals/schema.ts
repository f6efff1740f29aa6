import { Type } from 'typebox';
import { Timestamp } from '../schema.ts';
import { sources } from './series.ts';

export const pages = ['home', 'player', 'ops'] as const;
/** CLS has no unit; the others are in milliseconds. */
export const vitalNames = ['CLS', 'FCP', 'INP', 'LCP', 'TTFB'] as const;
/** Largest report in bytes. A page view's is about 2 KiB, and the longest that the schema allows is below 12 KiB. Up to this
 * size, finding what is wrong with a longer one is cheap, so its sender is told. */
export const maxReportBytes = 64 * 1024;

const Milliseconds = Type.Number({ minimum: 0, maximum: 600_000 });

export const NewReport = Type.Object(
  {
    page: Type.Enum([...pages]),
    vitals: Type.Array(
      Type.Object({ name: Type.Enum([...vitalNames]), value: Milliseconds }, { additionalProperties: false }),
      { maxItems: 10 },
    ),
    requests: Type.Array(
      Type.Object(
        {
          route: Type.String({
            pattern: '^[A-Z]{3,7} /[A-Za-z0-9/_:.-]{0,100}$',
            description:
              '`GET /api/v1/players/:username`; routes that the service does not have are left out',
          }),
          status: Type.Integer({ minimum: 0, maximum: 599, description: '0 when there was no answer' }),
          duration_ms: Milliseconds,
          service_ms: Type.Optional(Milliseconds),
          database_ms: Type.Optional(Milliseconds),
        },
        { additionalProperties: false },
      ),
      { maxItems: 40 },
    ),
  },
  { additionalProperties: false },
);

export const ReportAnswer = Type.Object({
  accepted: Type.Boolean({ description: 'false: too many reports at the moment, this one was dropped' }),
});

export const VitalsQuery = Type.Object(
  {
    hours: Type.Optional(
      Type.String({ pattern: '^([1-9]|1[0-9]|2[0-4])$', description: 'How far back, 1 to 24; 3 unless set' }),
    ),
  },
  { additionalProperties: false },
);

const Share = Type.Number({ description: 'Mean, in milliseconds' });
const Quantile = Type.Number({ description: 'Milliseconds, off by at most 16 %; for CLS thousandths' });

export const VitalsSchema = Type.Object({
  from: Timestamp,
  to: Timestamp,
  slot_minutes: Type.Integer(),
  series: Type.Array(
    Type.Object({
      source: Type.Enum([...sources]),
      name: Type.String({ description: 'A route, or a page and its vital' }),
      count: Type.Integer(),
      mean: Share,
      service_mean: Share,
      database_mean: Share,
      p50: Quantile,
      p75: Quantile,
      p95: Quantile,
      statuses: Type.Record(Type.String(), Type.Integer(), { description: 'Answers by HTTP status' }),
      slots: Type.Array(
        Type.Object({
          start: Timestamp,
          count: Type.Integer(),
          p50: Quantile,
          p95: Quantile,
          statuses: Type.Record(Type.String(), Type.Integer()),
        }),
      ),
    }),
  ),
});
