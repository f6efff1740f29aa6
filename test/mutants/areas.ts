/** Code whose tests the drill tries, and the tests that it tries: few and short, since they run once for each mutant. */
export interface Area {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

export const areas: Readonly<Record<string, Area>> = {
  streams: {
    mutate: ['app/streams/*.ts'],
    tests: [
      'test/app/leases.test.ts',
      'test/app/stream-store.test.ts',
      'test/app/documented.test.ts',
      'test/app/streams.test.ts',
      'test/app/stream-viewers.test.ts',
    ],
  },
  page: {
    mutate: ['app/page/*.ts'],
    tests: [
      'test/app/coalesce.test.ts',
      'test/app/render.test.ts',
      'test/app/documented.test.ts',
      'test/app/page.test.ts',
      'test/app/page-store.test.ts',
    ],
  },
  authentication: {
    mutate: ['app/plugins/api-key.ts', 'app/secret.ts'],
    tests: ['test/app/secret.test.ts', 'test/app/api-key.test.ts'],
  },
  commit: {
    mutate: ['jobs/ingest/commit.ts', 'jobs/ingest/ingest-prices.ts', 'data/rates/pointer.ts'],
    tests: ['test/jobs/commit.test.ts', 'test/jobs/interleaved.test.ts'],
  },
  rollup: {
    mutate: ['jobs/ingest/rollup.ts', 'jobs/ingest/lane-table.ts', 'data/rates/segment.ts'],
    tests: ['test/jobs/rollup.test.ts', 'test/jobs/parts.test.ts', 'test/rates/parts.test.ts'],
  },
};
