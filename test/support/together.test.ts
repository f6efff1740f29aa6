import { expect } from 'chai';
import { together } from './together.ts';

describe('tests of a group', () => {
  const test = together(2);
  const second = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  const counted = async (work: () => Promise<void>) => {
    most = Math.max(most, ++running);
    await work();
    running--;
  };

  test('run at the same time: the first waits for the second', () => counted(() => second.promise));
  test('run at the same time: the second lets the first go on', () => counted(async () => second.resolve()));
  for (const name of ['third', 'fourth'])
    test(`wait for their turn: the ${name}`, () =>
      counted(() => new Promise((resolve) => setImmediate(resolve))));

  it('are no more at a time than they were said to be', () => {
    expect([running, most]).to.deep.equal([0, 2]);
  });
});
