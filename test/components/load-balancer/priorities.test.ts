import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import {
  lastPriority,
  nextFree,
  prioritiesPerService,
  priorityOf,
  take,
  takenBy,
} from '../../../components/load-balancer/index.ts';

describe('the priority of a rule on a shared listener', () => {
  it('is in AWS’s range with all that a service takes, whatever its name and conditions', () => {
    for (const hosts of [[], ['a.example'], ['*.example']]) {
      for (const paths of [[], ['/a'], ['/a/*'], ['/a/b/c/d/*'], ['*.png']]) {
        for (let index = 0; index < 200; index += 1) {
          const priority = priorityOf(`service-${index}`, hosts, paths);
          expect(priority).to.be.within(1, lastPriority - prioritiesPerService + 1);
          expect(priority % prioritiesPerService).to.equal(1);
        }
      }
    }
  });

  it('is always the same for one name and its conditions: a change of the formula would move living rules', () => {
    expect(priorityOf('shop-web', ['shop.example.com'], [])).to.equal(15_153);
    expect(priorityOf('shop-web', [], ['/api/*'])).to.equal(45_141);
    expect(priorityOf('shop-web', [], [])).to.equal(48_473);
  });

  const narrower: [string, [string[], string[]], [string[], string[]]][] = [
    ['a path before all paths', [[], ['/api/*']], [[], []]],
    ['a path before `/*`', [[], ['/api/*']], [[], ['/*']]],
    ['the root before `/*`', [[], ['/']], [[], ['/*']]],
    ['a longer path before a shorter one', [[], ['/api/v2/*']], [[], ['/api/*']]],
    ['a path before the paths below it', [[], ['/api']], [[], ['/api/*']]],
    ['a suffix before all paths', [[], ['*.png']], [[], ['*']]],
    ['a host before any host', [['a.example'], []], [[], ['/api/v2/users']]],
    ['a host before a pattern of hosts', [['a.example'], []], [['*.example'], ['/api/v2/users']]],
    ['a pattern of hosts before any host', [['*.example'], []], [['*'], ['/api/v2/users']]],
    ['a path of a host before the host', [['a.example'], ['/api/*']], [['a.example'], []]],
    ['the widest of several paths counts', [[], ['/a/*']], [[], ['/api/v2/users', '/*']]],
  ];
  for (const [what, first, second] of narrower) {
    it(`${what}`, () => {
      for (let index = 0; index < 50; index += 1) {
        expect(priorityOf(`a${index}`, ...first)).to.be.lessThan(priorityOf(`b${index}`, ...second));
      }
    });
  }

  it('is taken for four places on its own listener, and the next free one is named', () => {
    const [listener, other] = [pulumi.output('arn'), pulumi.output('arn')];
    take(listener, 100, 'shop-web');
    expect([96, 97, 100, 103, 104].map((priority) => takenBy(listener, priority))).to.deep.equal([
      undefined,
      'shop-web',
      'shop-web',
      'shop-web',
      undefined,
    ]);
    expect(takenBy(other, 100)).to.equal(undefined);
    expect(nextFree(listener, 100)).to.equal(104);
    // A listener known by a text may be another program's in the same process.
    take('arn', 100, 'shop-web');
    expect(takenBy('arn', 100)).to.equal(undefined);
  });
});
