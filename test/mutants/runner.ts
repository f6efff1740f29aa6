// A test runner for Stryker that keeps one process for many mutants, and runs for each the tests that reach it. Stryker's
// own runner for mocha does not work with mocha 12, and a process for each mutant costs ten times as much.
import { resolve } from 'node:path';
import Mocha from 'mocha';

/** What Stryker's instrumented code and this runner tell each other. */
interface Instrumenter {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: { static: Counts; perTest: Record<string, Counts> };
}
type Counts = Record<string, number>;

interface MutantRun {
  readonly activeMutant: { readonly id: string };
  /** Titles of the tests to run; without it all. */
  readonly testFilter?: readonly string[];
  readonly hitLimit?: number;
  readonly mutantActivation: 'runtime' | 'static';
}

interface TestResult {
  readonly id: string;
  readonly name: string;
  /** Stryker's numbers for success and failure. */
  readonly status: 0 | 1;
  readonly timeSpentMs: number;
  readonly failureMessage?: string;
}

const suitePrefix = 'before all: ';

class WarmMocha {
  readonly #shared: Instrumenter;
  readonly #mocha = new Mocha({ reporter: Mocha.reporters.Base, timeout: 20_000 });
  #isLoaded = false;

  constructor(files: readonly string[]) {
    const all = globalThis as { __stryker__?: Instrumenter };
    all.__stryker__ ??= {};
    this.#shared = all.__stryker__;
    this.#mocha.cleanReferencesAfterRun(false);
    for (const file of files) this.#mocha.addFile(resolve(file));
  }

  capabilities() {
    // Modules stay as they were loaded: a mutant of code that runs while loading needs a new process.
    return { reloadEnvironment: false };
  }

  async dryRun() {
    await this.#load();
    const tests = await this.#run();
    return { status: 'complete', tests, mutantCoverage: this.#coverage() };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation }: MutantRun) {
    this.#shared.hitLimit = hitLimit;
    this.#shared.hitCount = hitLimit === undefined ? undefined : 0;
    this.#mocha.bail(true);
    this.#mocha.grep(testFilter ? oneOf(testFilter) : /^/);
    try {
      if (mutantActivation === 'static') this.#shared.activeMutant = activeMutant.id;
      await this.#load();
    } catch (error) {
      return { status: 'killed', killedBy: [], failureMessage: String(error), nrOfTests: 0 };
    }
    this.#shared.activeMutant = activeMutant.id;
    const tests = await this.#run();
    if (hitLimit !== undefined && (this.#shared.hitCount ?? 0) > hitLimit) return { status: 'timeout' };
    const failed = tests.find(({ status }) => status === 1);
    if (!failed) return { status: 'survived', nrOfTests: tests.length };
    const { id, failureMessage } = failed;
    return { status: 'killed', killedBy: [id], failureMessage, nrOfTests: tests.length };
  }

  async #load(): Promise<void> {
    if (this.#isLoaded) return;
    await this.#mocha.loadFilesAsync();
    this.#isLoaded = true;
  }

  async #run(): Promise<TestResult[]> {
    const results: TestResult[] = [];
    let started = performance.now();
    await new Promise((end) => {
      const runner = this.#mocha.run(end);
      runner.on('hook', ({ title, parent }) => {
        if (title.startsWith('"before all"')) this.#shared.currentTestId = suitePrefix + parent?.fullTitle();
      });
      runner.on('test', (test) => {
        started = performance.now();
        this.#shared.currentTestId = test.fullTitle();
      });
      const add = (test: Mocha.Runnable, error?: Error) => {
        const id = test.ctx?.currentTest?.fullTitle() ?? test.fullTitle();
        const common = { id, name: id, timeSpentMs: performance.now() - started };
        results.push(
          error ? { ...common, status: 1, failureMessage: error.message } : { ...common, status: 0 },
        );
      };
      runner.on('pass', (test) => add(test));
      runner.on('fail', add);
    });
    return results;
  }

  /** What a suite reaches before its tests counts for each of them, so that it needs no new process. */
  #coverage() {
    const { static: loading, perTest } = this.#shared.mutantCoverage ?? { static: {}, perTest: {} };
    const tests = titlesBySuite(this.#mocha.suite);
    const folded: Record<string, Counts> = {};
    for (const [id, counts] of Object.entries(perTest)) {
      const isSuite = id.startsWith(suitePrefix);
      for (const test of isSuite ? (tests.get(id.slice(suitePrefix.length)) ?? []) : [id]) {
        folded[test] ??= {};
        for (const [mutant, count] of Object.entries(counts))
          folded[test][mutant] = (folded[test][mutant] ?? 0) + count;
      }
    }
    return { static: loading, perTest: folded };
  }
}

function titlesBySuite(suite: Mocha.Suite, found = new Map<string, string[]>()): Map<string, string[]> {
  const titles: string[] = [];
  suite.eachTest((test) => void titles.push(test.fullTitle()));
  found.set(suite.fullTitle(), titles);
  for (const child of suite.suites) titlesBySuite(child, found);
  return found;
}

function oneOf(titles: readonly string[]): RegExp {
  return new RegExp(titles.map((title) => `^${title.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`).join('|'));
}

function create({ tests }: { tests: string[] }): WarmMocha {
  return new WarmMocha(tests);
}
create.inject = ['options'];

/** Stryker's own option `testFiles` would keep it from starting a new process for code that runs while loading. */
export const strykerValidationSchema = {
  properties: { tests: { type: 'array', items: { type: 'string' } } },
};

export const strykerPlugins = [{ kind: 'TestRunner', name: 'warm-mocha', factory: create }];
