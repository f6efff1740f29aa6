import { expect } from 'chai';
import { folderTable } from './reporter.ts';

describe('The times after a test run', () => {
  it('are those of each folder, the slowest first, with its slowest file', () => {
    const times = [
      { file: 'app/page/a.test.ts', milliseconds: 1000 },
      { file: 'lone.test.ts', milliseconds: 40 },
      { file: 'app/page/d.test.ts', milliseconds: 500 },
      { file: 'app/e.test.ts', milliseconds: 300 },
      { file: 'site/src/b.test.ts', milliseconds: 700 },
      { file: 'site/src/pages/c.test.ts', milliseconds: 1100 },
    ];
    expect(folderTable(times)).to.deep.equal([
      '    1.8 s  test/site/src                    site/src/pages/c.test.ts 1.1 s',
      '    1.5 s  test/app/page                    app/page/a.test.ts 1.0 s',
      '    0.3 s  test/app                         app/e.test.ts 0.3 s',
      '    0.0 s  test                             lone.test.ts 0.0 s',
    ]);
  });
});
