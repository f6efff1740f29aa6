import { call } from '../../api.ts';
import { type Live, useLive } from '../../parts/use-live.ts';

export interface TimingSlot {
  readonly start: string;
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly statuses: Readonly<Record<string, number>>;
}

export interface TimingSeries {
  readonly source: 'service' | 'browser' | 'vital';
  readonly name: string;
  readonly count: number;
  readonly mean: number;
  readonly service_mean: number;
  readonly database_mean: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly slots: readonly TimingSlot[];
}

export interface TimingReport {
  readonly from: string;
  readonly to: string;
  readonly slot_minutes: number;
  readonly series: readonly TimingSeries[];
}

export type TimingsState = Live<TimingReport>;

export function useTimings(): TimingsState {
  return useLive(
    () => call<TimingReport>('GET', '/api/v1/vitals', { query: { hours: '3' }, keyed: true }),
    10_000,
  );
}
