import { relative, sep } from 'node:path';
import Mocha from 'mocha';

const { Spec } = Mocha.reporters;
const { EVENT_HOOK_END, EVENT_TEST_END } = Mocha.Runner.constants;
const root = import.meta.dirname;

export interface FileTime {
  /** Relative to test/. */
  readonly file: string;
  /** With the hooks of its suites. */
  readonly milliseconds: number;
}

/**
 * Mocha's own output, and before its counts how long each folder of test/ took, those two deep with all below them.
 * Times are what tests and hooks say of themselves: a run in several processes tells of a file only when it has ended.
 */
export default class FolderTimes extends Spec {
  readonly #times = new Map<string, number>();

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on(EVENT_TEST_END, (test) => this.#add(test));
    runner.on(EVENT_HOOK_END, (hook) => this.#add(hook));
  }

  #add({ file, duration }: Mocha.Runnable): void {
    if (!file || !duration) return;
    const name = relative(root, file);
    this.#times.set(name, (this.#times.get(name) ?? 0) + duration);
  }

  override epilogue(): void {
    const times = [...this.#times].map(([file, milliseconds]) => ({ file, milliseconds }));
    for (const line of folderTable(times)) Mocha.reporters.Base.consoleLog(line);
    super.epilogue();
  }
}

/** A line for each folder, the slowest first, with its slowest file. */
export function folderTable(times: readonly FileTime[]): string[] {
  const folders = Map.groupBy(times, ({ file }) =>
    ['test', ...file.split(sep).slice(0, -1)].slice(0, 3).join('/'),
  );
  return [...folders]
    .map(([folder, files]) => ({
      folder,
      total: files.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
      slowest: files.toSorted((a, b) => b.milliseconds - a.milliseconds)[0] as FileTime,
    }))
    .sort((a, b) => b.total - a.total)
    .map(
      ({ folder, total, slowest }) =>
        `${seconds(total)}  ${folder.padEnd(32)} ${slowest.file} ${seconds(slowest.milliseconds).trim()}`,
    );
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1).padStart(7)} s`;
}
