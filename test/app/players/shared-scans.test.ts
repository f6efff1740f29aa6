import { expect } from 'chai';
import { shareScans } from '../../../app/players/shared-scans.ts';
import { ContentionError } from '../../../data/dynamodb/errors.ts';

describe('scans of the list of players', () => {
  /** A clock that only waiting moves. */
  function world() {
    let time = 1e6;
    const sent: [key: string, at: number][] = [];
    const share = shareScans<string>({
      unitsPerSecond: 100,
      now: () => time,
      wait: async (milliseconds) => {
        time += milliseconds;
      },
    });
    const ask = (key: string, units: number) =>
      share(key, async () => {
        sent.push([key, time - 1e6]);
        return { result: `page ${key}`, units };
      });
    return { ask, sent };
  }

  it('are shared by all who ask for the same page, however many', async () => {
    const { ask, sent } = world();
    const answers = await Promise.all(Array.from({ length: 1000 }, () => ask('a', 10)));
    expect(new Set(answers)).to.deep.equal(new Set(['page a']));
    expect(sent).to.have.length(1);
    expect(await ask('a', 10)).to.equal('page a');
    expect(sent).to.have.length(2);
  });

  it('of other pages wait until the rate allows for what the ones before took', async () => {
    const { ask, sent } = world();
    await Promise.all([ask('a', 10), ask('b', 50), ask('c', 1), ask('d', 1)]);
    expect(sent).to.deep.equal([
      ['a', 0],
      ['b', 100],
      ['c', 600],
      ['d', 610],
    ]);
  });

  it('are refused when their turn would come too late, and are taken again afterwards', async () => {
    const { ask, sent } = world();
    const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd'].map((key) => ask(key, 90)));
    expect(outcomes.map(({ status }) => status)).to.deep.equal([...Array(3).fill('fulfilled'), 'rejected']);
    expect((outcomes[3] as PromiseRejectedResult).reason).to.be.instanceOf(ContentionError);
    expect(await ask('d', 90)).to.equal('page d');
    expect(sent.map(([key]) => key)).to.deep.equal(['a', 'b', 'c', 'd']);
  });

  it('that fail are their own callers’ error alone', async () => {
    const share = shareScans<string>({ unitsPerSecond: 100 });
    const failing = () => share('a', () => Promise.reject(new Error('no answer'))).catch(String);
    const [first, second, other] = await Promise.all([
      failing(),
      failing(),
      share('b', async () => ({ result: 'page b', units: 1 })),
    ]);
    expect([first, second, other]).to.deep.equal(['Error: no answer', 'Error: no answer', 'page b']);
    expect(await share('a', async () => ({ result: 'page a', units: 1 }))).to.equal('page a');
  });
});
