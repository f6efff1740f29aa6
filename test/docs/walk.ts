import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { bare, blocksOf } from './commands.ts';
import { type Newcomer, root } from './newcomer.ts';
import type { Terminal } from './terminal.ts';

/** What a command must come to. */
export interface Promised {
  /** @throws AssertionError when the output is not what the document lets its reader expect */
  readonly check?: (output: string, newcomer: Newcomer) => unknown;
  /** Exit code; 0 unless set. */
  readonly status?: number;
  /** Of a command that goes on until Ctrl-C: the last that it writes before it waits. */
  readonly goesOn?: RegExp;
  /** It goes on beside the system; without this it is the system, and takes the place of the former one. */
  readonly beside?: boolean;
}

export interface Walk {
  readonly document: string;
  readonly newcomer: () => Newcomer;
  readonly isRun: (command: string) => boolean;
  readonly promiseOf: (command: string) => Promised;
}

/** A test for each command of a document, in order. Each builds on those before it, as its reader does. */
export function walk({ document, newcomer, isRun, promiseOf }: Walk): void {
  let terminal: Terminal | undefined;
  let isBroken = false;
  beforeEach(function () {
    if (isBroken) this.skip();
  });
  afterEach(function () {
    isBroken ||= this.currentTest?.state === 'failed';
  });

  const commands = blocksOf(readFileSync(join(root, document), 'utf8')).flat();
  // The packages are there.
  for (const command of commands.map((text) => text.replace(/^npm ci && /, ''))) {
    if (!isRun(bare(command))) continue;
    it(bare(command), async () => {
      const { check, status = 0, goesOn, beside } = promiseOf(bare(command));
      const typed = newcomer().adapt(command);
      if (goesOn) {
        const output = beside
          ? await newcomer().terminal().start(typed, goesOn)
          : await newcomer().startSystem(typed, goesOn);
        return check?.(output, newcomer());
      }
      terminal ??= newcomer().terminal();
      const outcome = await terminal.run(typed);
      expect(outcome.status, outcome.output).to.equal(status);
      await check?.(outcome.output, newcomer());
    });
  }
}
