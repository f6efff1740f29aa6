import { expect } from 'chai';
import { createAnswers } from '../../../app/rates/answers.ts';
import type { QuotesByDay } from '../../../data/rates/segment.ts';

const days = (count: number): QuotesByDay =>
  new Map(Array.from({ length: count }, (_, i) => [`day ${i}`, { count: 1, sum: 1n }]));

describe('the answers that are kept of rates', () => {
  let reads: string[];
  beforeEach(() => {
    reads = [];
  });
  const read = (name: string, count = 1) => {
    return () => {
      reads.push(name);
      return Promise.resolve(days(count));
    };
  };

  it('are read once a revision, by readers at the same time too', async () => {
    const answers = createAnswers();
    const both = [answers.at(7, 'lane', read('first')), answers.at(7, 'lane', read('second'))];
    expect((await both[0])?.size).to.equal(1);
    expect(await both[1]).to.equal(await both[0]);
    await answers.at(7, 'other', read('other'));
    await answers.at(8, 'lane', read('later'));
    await answers.at(8, 'lane', read('later again'));
    expect(reads).to.deep.equal(['first', 'other', 'later']);
  });

  it('of a later revision are not given to readers of an earlier one, which read for themselves', async () => {
    const answers = createAnswers();
    await answers.at(8, 'lane', read('later'));
    await answers.at(7, 'lane', read('earlier'));
    await answers.at(8, 'lane', read('later again'));
    expect(reads).to.deep.equal(['later', 'earlier']);
  });

  it('are read again after a failure', async () => {
    const answers = createAnswers();
    const failed = await answers.at(7, 'lane', () => Promise.reject(new Error('away'))).catch(String);
    expect(failed).to.equal('Error: away');
    await answers.at(7, 'lane', read('again'));
    expect(reads).to.deep.equal(['again']);
  });

  it('are dropped beyond the limit, the longest unused first', async () => {
    const answers = createAnswers(30);
    await answers.at(7, 'a', read('a', 8));
    await answers.at(7, 'b', read('b', 8));
    await answers.at(7, 'a', read('a is kept', 8));
    await answers.at(7, 'c', read('c', 8));
    await answers.at(7, 'a', read('a is kept', 8));
    await answers.at(7, 'b', read('b was dropped', 8));
    expect(reads).to.deep.equal(['a', 'b', 'c', 'b was dropped']);
  });
});
