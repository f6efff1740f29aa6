import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { createLogger, logTo } from '../../data/logger.ts';

const logger = new URL('../../data/logger.ts', import.meta.url).href;

function numbers(log: string): number[] {
  return log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).number);
}

describe('the log', () => {
  it('has all lines in order, whether one or many come in a turn', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'trellis-log-'));
    try {
      const file = join(directory, 'log');
      const log = createLogger('info', logTo(file));
      const written = [];
      for (let number = 0; number < 500; number++) {
        log.info({ number, text: 'é'.repeat(number) });
        written.push(number);
        if (number % 100 < 3) await nextTurn();
      }
      let found: number[] = [];
      while (found.length < written.length) {
        await nextTurn();
        const text = readFileSync(file, 'utf8');
        if (text.endsWith('\n')) found = numbers(text);
      }
      expect(found).to.deep.equal(written);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('has the last lines of a process that exits, each of them once', async () => {
    const program = `
      const { createLogger } = await import(${JSON.stringify(logger)});
      const log = createLogger('info');
      for (let number = 0; number < 20; number++) log.info({ number, text: 'x'.repeat(1000) });
      process.exit(0);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    // Those that are being written at the exit may come after the others.
    const inOrder = numbers(stdout).sort((a, b) => a - b);
    expect(inOrder).to.deep.equal(Array.from({ length: 20 }, (_, i) => i));
  });
});
