import { Type } from 'typebox';
import { resultDays, resultsExpireAt } from '../../contract/scans.ts';
import { Timestamp } from '../schema.ts';

/** Fields of scans and jobs that have results, or had them. */
export const Expiry = {
  results_expire_at: Type.Optional({
    ...Timestamp,
    description: `Until when the results are kept: ${resultDays} days. Without results there is no such field`,
  }),
  results_expired: Type.Optional(
    Type.Boolean({
      description: 'true: the results are no longer there, which does not mean that nothing was found',
    }),
  ),
};

export function expiryOf({ created_at }: { readonly created_at: string }) {
  const end = resultsExpireAt(created_at);
  return { results_expire_at: end.toISOString(), results_expired: end.getTime() <= Date.now() };
}
