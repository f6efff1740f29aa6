/** Code whose tests the drill tries, and the tests that it tries: few and short, since they run once for each mutant. */
export interface Area {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

export const areas: Readonly<Record<string, Area>> = {
  streams: {
    mutate: ['app/streams/*.ts'],
    tests: [
      'test/app/streams/leases.test.ts',
      'test/app/streams/store.test.ts',
      'test/app/streams/store.others.test.ts',
      'test/app/plugins/open-api.operations.test.ts',
      'test/app/streams/routes.test.ts',
      'test/app/streams/routes.viewers.test.ts',
    ],
  },
  page: {
    mutate: ['app/page/*.ts'],
    tests: [
      'test/app/page/coalesce.test.ts',
      'test/app/page/render.test.ts',
      'test/app/plugins/open-api.operations.test.ts',
      'test/app/page/routes.test.ts',
      'test/app/page/store.test.ts',
    ],
  },
  authentication: {
    mutate: ['app/plugins/api-key.ts', 'app/secret.ts'],
    tests: ['test/app/secret.test.ts', 'test/app/plugins/api-key.test.ts'],
  },
  commit: {
    mutate: ['jobs/ingest/commit.ts', 'jobs/ingest/ingest-prices.ts', 'data/rates/pointer.ts'],
    tests: ['test/jobs/ingest/commit.test.ts', 'test/jobs/ingest/ingest.interleaved.test.ts'],
  },
  rollup: {
    mutate: ['jobs/ingest/rollup.ts', 'jobs/ingest/lane-table.ts', 'data/rates/segment.ts'],
    tests: [
      'test/jobs/ingest/rollup.test.ts',
      'test/jobs/ingest/lane-table.test.ts',
      'test/data/rates/segment.test.ts',
    ],
  },
};
