/** What a repository may be; anything larger is refused. */
export interface FetchLimits {
  /** Of the commit's files together, in bytes. */
  readonly bytes: number;
  readonly files: number;
  /** Larger files are left out, as lockfiles of monorepos at most reach it; in bytes. */
  readonly fileBytes: number;
  /** Bytes of the pack that the server sends. */
  readonly packBytes: number;
  /** For git to fetch. */
  readonly seconds: number;
}

export const fetchLimits: FetchLimits = {
  bytes: 512 * 2 ** 20,
  files: 100_000,
  fileBytes: 4 * 2 ** 20,
  packBytes: 512 * 2 ** 20,
  seconds: 200,
};
