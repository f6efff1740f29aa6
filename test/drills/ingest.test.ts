import { expect } from 'chai';
import { drill } from './drill.ts';

// npm run drill:ingest is the whole of it: 20 files, 100 kills, compared with an undisturbed run.
describe('ingest while jobs, runner and service are killed', () => {
  it('commits every file once and whole, and fails the poison alone', async function () {
    this.timeout(120_000);
    const result = await drill({
      seed: 7,
      files: 4,
      copies: 1,
      poison: 1,
      kills: 5,
      maxDeliveries: 5,
      show: () => {},
    });
    const { beforeFix, afterFix, expected, torn, readings } = result;
    expect(beforeFix.rates).to.deep.equal(expected.beforeFix);
    expect(afterFix.rates).to.deep.equal(expected.afterFix);
    const states = Object.entries(beforeFix.files).map(([name, text]) => [
      name.split('-', 1)[0],
      text.split(' ')[0],
    ]);
    for (const [name, state] of states)
      expect(state, name).to.equal(name === 'poison' ? 'failed' : 'committed');
    for (const text of Object.values(afterFix.files))
      expect(text).to.equal('committed 750 read 750 accepted');
    expect(beforeFix.failures).to.deep.equal(
      Object.keys(beforeFix.files).filter((name) => name.startsWith('poison')),
    );
    expect(torn).to.deep.equal([]);
    expect(readings).to.be.greaterThan(0);
  });
});
