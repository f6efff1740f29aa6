import { Type } from 'typebox';
import { resultDays, resultsExpireAt } from '../../contract/scans.ts';
import { Timestamp } from '../schema.ts';

/** Fields of scans and jobs that have results or whose results were deleted. */
export const Expiry = {
  results_expire_at: Type.Optional({
    ...Timestamp,
    description: `The results are kept until then, for ${resultDays} days. Without results this field is absent`,
  }),
  results_expired: Type.Optional(
    Type.Boolean({
      description: 'true: the results were deleted; the scan or job may well have found something',
    }),
  ),
};

export function expiryOf({ created_at }: { readonly created_at: string }) {
  const end = resultsExpireAt(created_at);
  return { results_expire_at: end.toISOString(), results_expired: end.getTime() <= Date.now() };
}
