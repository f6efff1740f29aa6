/** Limits of a file, and of the memory that the job takes for it. Tests set smaller ones. */
export interface Limits {
  /** Bytes of a line, and of a record whose quoted fields span lines. */
  readonly lineBytes: number;
  /** The most bytes that csv-parse reads at a time where unusual rows are frequent; see csv-rows.ts. */
  readonly runBytes: number;
  /** Gzip may expand to this many bytes plus `expansionFactor` times the stored bytes. It shrinks ordinary files of
   * prices to a fifth, and one line that is repeated to a three-hundredth. */
  readonly expansionBytes: number;
  readonly expansionFactor: number;
  /** Rows of a file of ports or regions, which are held in memory. The world has some 100,000 locations with a code. */
  readonly locations: number;
  /** The most rows that are written to a rejects file. */
  readonly rejects: number;
  /** Bytes of rows that are held in memory before a temporary file takes over. */
  readonly spillBytes: number;
  /** Lanes of one month that are summed up at a time, in 380 bytes each. */
  readonly lanes: number;
  /** Cells (a lane's day) that a new tree puts in order in memory, in 28 bytes each, before a temporary file takes over. */
  readonly cells: number;
  /** Items that a new tree gets between two marks of its progress; far fewer at its beginning. */
  readonly markEvery: number;
}

export const limits: Limits = {
  lineBytes: 65_536,
  runBytes: 65_536,
  expansionBytes: 256 * 2 ** 20,
  expansionFactor: 100,
  locations: 200_000,
  rejects: 10_000,
  spillBytes: 8 * 2 ** 20,
  lanes: 32_768,
  cells: 2 ** 19,
  markEvery: 10_000,
};
