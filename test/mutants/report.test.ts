import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { areas } from './areas.ts';
import { judge, type Report, readList } from './report.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = 'const a = 1;\nif (a > 0) {\n  go();\n}\n';
const mutant = (status: string, replacement: string, line: number, columns: [number, number], lines = 0) => ({
  status,
  replacement,
  location: { start: { line, column: columns[0] }, end: { line: line + lines, column: columns[1] } },
});
const condition = mutant('Survived', 'a >= 0', 2, [5, 10]);
const shown = 'if («a > 0 → a >= 0») {';
const reportOf = (...mutants: ReturnType<typeof mutant>[]): Report => ({
  files: { 'x.ts': { source, mutants } },
});

describe('the verdict of the mutation drill', () => {
  it('counts what was killed or hung, and names each survivor by the line that it makes', () => {
    const block = mutant('NoCoverage', '{}', 2, [12, 2], 2);
    const report = reportOf(
      mutant('Killed', 'true', 2, [5, 10]),
      mutant('Timeout', 'false', 2, [5, 10]),
      condition,
      block,
    );
    expect(judge(report, [])).to.deep.equal({
      mutants: 4,
      killed: 2,
      explained: 0,
      unexplained: [`x.ts: ${shown}`, 'x.ts: if (a > 0) «{ … → {}»'],
      outdated: [],
    });
  });

  it('takes a survivor that the list explains, and says which lines of the list fit none', () => {
    const list = readList(
      `["x.ts","${shown}","a is never 0"]\n["x.ts","gone","?"]\n["y.ts","not in this area","?"]\n`,
    );
    expect(judge(reportOf(condition), list)).to.deep.include({
      explained: 1,
      unexplained: [],
      outdated: ['x.ts: gone'],
    });
  });

  it('is none when a mutant could not be tried', () => {
    expect(() => judge(reportOf(mutant('RuntimeError', 'x', 1, [1, 2])), [])).to.throw(
      /x\.ts: «c → x»onst a = 1;: RuntimeError/,
    );
  });
});

describe('the areas of the mutation drill', () => {
  it('name files that are there, and the list explains survivors in them alone', () => {
    const mutated = Object.values(areas).flatMap(({ mutate }) => mutate);
    for (const file of [...mutated, ...Object.values(areas).flatMap(({ tests }) => tests)])
      expect(existsSync(join(root, file.replace('/*.ts', ''))), file).to.equal(true);
    const list = readList(readFileSync(new URL('survivors.jsonl', import.meta.url), 'utf8'));
    for (const [file, , reason] of list) {
      expect(mutated).to.include.oneOf([file, file.replace(/[^/]+$/, '*.ts')]);
      expect(reason).to.match(/^[A-Z].*\.$/);
    }
  });
});
