/** The largest repository that is scanned; larger ones are refused. */
export interface FetchLimits {
  /** Bytes of all the commit's files together. */
  readonly bytes: number;
  readonly files: number;
  /** Bytes. Larger files are skipped; the largest sources, lockfiles of monorepos, are just below. */
  readonly fileBytes: number;
  /** Bytes of the pack that the server sends. */
  readonly packBytes: number;
  /** Seconds that git may take to fetch. */
  readonly seconds: number;
}

export const fetchLimits: FetchLimits = {
  bytes: 512 * 2 ** 20,
  files: 100_000,
  fileBytes: 4 * 2 ** 20,
  packBytes: 512 * 2 ** 20,
  seconds: 200,
};
