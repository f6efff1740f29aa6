import { expect } from 'chai';
import { folderTable } from './reporter.ts';

describe('The times after a test run', () => {
  it('are those of each folder, the slowest first, with its slowest file', () => {
    const times = [
      { file: 'app/a.test.ts', milliseconds: 1000 },
      { file: 'lone.test.ts', milliseconds: 40 },
      { file: 'components/network/b.test.ts', milliseconds: 700 },
      { file: 'components/c.test.ts', milliseconds: 1100 },
      { file: 'app/d.test.ts', milliseconds: 500 },
    ];
    expect(folderTable(times)).to.deep.equal([
      '    1.8 s  test/components    components/c.test.ts 1.1 s',
      '    1.5 s  test/app           app/a.test.ts 1.0 s',
      '    0.0 s  test               lone.test.ts 0.0 s',
    ]);
  });
});
