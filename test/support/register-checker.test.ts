import { expect } from 'chai';
import fc from 'fast-check';
import { findViolation, type Operation } from './register-checker.ts';

const write = (value: string, from: number, to: number): Operation => ({ kind: 'write', value, from, to });
const read = (value: string, from: number, to: number): Operation => ({ kind: 'read', value, from, to });

describe('the checker of linearizability', () => {
  const good: [string, Operation[]][] = [
    ['nothing', []],
    ['the initial value', [read('0', 1, 2)]],
    ['one after the other', [write('a', 1, 2), read('a', 3, 4), write('b', 5, 6), read('b', 7, 8)]],
    ['either value during a write', [write('a', 1, 10), read('0', 2, 3), read('a', 4, 5)]],
    ['a value seen before its write was answered', [write('a', 1, 10), read('a', 2, 3), read('a', 4, 5)]],
    [
      'concurrent writes in the order that a read shows',
      [write('a', 1, 5), write('b', 2, 6), read('a', 7, 8)],
    ],
    ['a write that nobody saw', [write('a', 1, 9), write('b', 2, 3), read('b', 4, 5), read('b', 10, 11)]],
  ];
  for (const [name, history] of good) {
    it(`accepts ${name}`, () => {
      expect(findViolation(history, '0')).to.equal(undefined);
    });
  }

  const bad: [string, Operation[]][] = [
    ['a stale read', [write('a', 1, 2), read('0', 3, 4)]],
    ['a stale read of a former write', [write('a', 1, 2), write('b', 3, 4), read('a', 5, 6)]],
    ['a value that goes away again', [write('a', 1, 10), read('a', 2, 3), read('0', 4, 5)]],
    ['a value that comes back', [write('a', 1, 2), write('b', 3, 20), read('b', 4, 5), read('a', 6, 7)]],
    [
      'readers that disagree on the order',
      [write('a', 1, 4), write('b', 2, 5), read('a', 6, 7), read('b', 8, 9)],
    ],
    ['a value out of nowhere', [read('x', 1, 2)]],
    ['a value from the future', [read('a', 1, 2), write('a', 3, 4)]],
    ['a lost write', [write('a', 1, 2), write('b', 3, 4), read('b', 5, 6), read('a', 7, 8)]],
    // What a reader gets who joins a read that was served before the write and answered after it.
    ['a joined read', [read('0', 1, 6), write('a', 2, 3), read('0', 4, 6)]],
  ];
  for (const [name, history] of bad) {
    it(`rejects ${name}`, () => {
      expect(findViolation(history, '0')).to.be.a('string');
    });
  }

  it('refuses values that are written twice, which it could not tell apart', () => {
    expect(() => findViolation([write('a', 1, 2), write('a', 3, 4)], '0')).to.throw('unique');
  });

  it('says the same as trying every order', () => {
    const seen = { good: 0, bad: 0 };
    fc.assert(
      fc.property(smallHistory, (history) => {
        const accepted = findViolation(history, '0') === undefined;
        seen[accepted ? 'good' : 'bad']++;
        expect(accepted).to.equal(hasOrder(history, '0'));
      }),
      { seed: 31, numRuns: 5000 },
    );
    expect(seen.good).to.be.above(500);
    expect(seen.bad).to.be.above(500);
  });
});

/** Up to six operations at twelve different moments, each read of any value. */
const smallHistory = fc
  .tuple(
    fc.shuffledSubarray(
      Array.from({ length: 12 }, (_, i) => i),
      { minLength: 12 },
    ),
    fc.array(fc.constantFrom('write', 'read 0', 'read 1', 'read 2', 'read 3'), {
      minLength: 1,
      maxLength: 6,
    }),
  )
  .map(([moments, kinds]) => {
    let writes = 0;
    return kinds.map((kind, i): Operation => {
      const [from, to] = moments.slice(2 * i, 2 * i + 2).sort((a, b) => a - b) as [number, number];
      return kind === 'write' ? write(`${++writes}`, from, to) : read(kind.slice(5), from, to);
    });
  });

/** Whether some order of the operations respects both real time and the register: the definition, by search. */
function hasOrder(left: readonly Operation[], value: string): boolean {
  if (left.length === 0) return true;
  const firstAnswer = Math.min(...left.map((operation) => operation.to));
  return left.some((operation) => {
    if (operation.from > firstAnswer) return false;
    if (operation.kind === 'read' && operation.value !== value) return false;
    return hasOrder(
      left.filter((other) => other !== operation),
      operation.value,
    );
  });
}
