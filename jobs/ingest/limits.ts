/** What a file may ask of the job. Tests set smaller ones. */
export interface Limits {
  /** Bytes of a line, and of a record whose quoted fields span lines. */
  readonly lineBytes: number;
  /** Gzip may expand to this many bytes plus `expansionFactor` times those stored; honest files of prices shrink to
   * a fifth, one repeated line to a three-hundredth. */
  readonly expansionBytes: number;
  readonly expansionFactor: number;
  /** Rows in a file of ports or regions, which are held in memory: the world has some 100,000 locations with a code. */
  readonly locations: number;
  /** Rows that a rejects file holds. */
  readonly rejects: number;
  /** Bytes of rows that are held in memory before a temporary file takes over. */
  readonly spillBytes: number;
  /** Lanes of one month that are summed up at a time; 380 bytes each. */
  readonly lanes: number;
}

export const limits: Limits = {
  lineBytes: 65_536,
  expansionBytes: 256 * 2 ** 20,
  expansionFactor: 100,
  locations: 200_000,
  rejects: 10_000,
  spillBytes: 8 * 2 ** 20,
  lanes: 32_768,
};
