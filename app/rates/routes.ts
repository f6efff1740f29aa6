import { daysBetween, daysDescending } from '../../data/rates/calendar.ts';
import { meanPrice } from '../../data/rates/mean.ts';
import type { QuotesByDay } from '../../data/rates/segment.ts';
import type { App } from '../instance.ts';
import { invalid, Problem } from '../problem.ts';
import { problemResponses } from '../schema.ts';
import { Rates, RatesRequest } from './schema.ts';
import type { RatesStore } from './store.ts';

/** The longest range of one answer: ten years with their leap days, and a week. */
const maxDays = 3660;

export async function ratesRoutes(app: App, { store }: { readonly store: RatesStore }): Promise<void> {
  app.get(
    '/rates',
    {
      schema: {
        operationId: 'getRates',
        summary: 'Average prices per day between two ports or regions',
        description: `All days from date_from to date_to, both included, newest first; at most ${maxDays} days. The first must not be after the last.`,
        tags: ['rates'],
        querystring: RatesRequest,
        response: { 200: Rates, ...problemResponses(400, 404, 503) },
      },
    },
    async (request, reply) => {
      const { date_from: from, date_to: to, orig_code: orig, dest_code: dest } = request.query;
      checkRange(from, to);
      const found = await store.read({ from, to, orig, dest });
      if ('unknown' in found) {
        const fields = found.unknown.map((end) => `query.${end}_code`);
        const errors = fields.map((field) => ({ field, message: 'is no known port or region' }));
        throw new Problem(404, `${fields.join(' and ')}: no such port or region`, { errors });
      }
      return reply.header('cache-control', 'no-store').send({ rates: ratesByDay(found.quotes, from, to) });
    },
  );
}

function checkRange(from: string, to: string): void {
  const days = daysBetween(from, to);
  if (days < 1) throw invalid('query.date_from', 'must not be after date_to');
  if (days > maxDays)
    throw invalid('query.date_to', `must be at most ${maxDays} days from date_from, both included`);
}

function ratesByDay(quotes: QuotesByDay, from: string, to: string) {
  return Array.from(daysDescending(from, to), (day) => {
    const found = quotes.get(day);
    return { day, price: found ? meanPrice(found) : null, count: found?.count ?? null };
  });
}
