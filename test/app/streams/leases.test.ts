import { expect } from 'chai';
import fc from 'fast-check';
import {
  active,
  leaseAttribute,
  planReplacement,
  type Replacement,
  toAttribute,
  toViewer,
  type Viewer,
} from '../../../app/streams/leases.ts';

const now = 1000;

/** `a5` is lease `a` that ends 5 ms from now, `a-5` one that ended 5 ms ago. */
function viewer(limit: number, ...leases: string[]): Viewer {
  return {
    limit,
    ownLimit: undefined,
    leases: leases.map((text) => ({
      id: text[0] as string,
      expires: now + Number(text.slice(1)),
      details: {},
    })),
  };
}

type Outcome = { stay: string[]; expired: string[]; replaced: string[] } | undefined;

describe('planReplacement', () => {
  const cases: [string, Viewer, string, string[], Outcome][] = [
    ['nothing held', viewer(3), 'x', [], { stay: [], expired: [], replaced: [] }],
    ['a place left', viewer(2, 'a5'), 'x', [], { stay: ['a'], expired: [], replaced: [] }],
    ['all places held', viewer(2, 'a5', 'b5'), 'x', [], undefined],
    ['limit 0', viewer(0), 'x', [], undefined],
    ['limit 0 and only dead leases', viewer(0, 'a-5'), 'x', [], undefined],
    ['one dead', viewer(2, 'a5', 'b-5'), 'x', [], { stay: ['a'], expired: ['b'], replaced: [] }],
    ['ending this moment', viewer(1, 'a0'), 'x', [], { stay: [], expired: ['a'], replaced: [] }],
    ['its own place', viewer(2, 'a5', 'x5'), 'x', [], { stay: ['a'], expired: [], replaced: [] }],
    ['its own dead place', viewer(2, 'a5', 'x-5'), 'x', [], { stay: ['a'], expired: [], replaced: [] }],
    ['a takeover', viewer(2, 'a5', 'b5'), 'x', ['b'], { stay: ['a'], expired: [], replaced: ['b'] }],
    ['a takeover of the dead', viewer(1, 'b-5'), 'x', ['b'], { stay: [], expired: [], replaced: ['b'] }],
    ['a takeover of strangers', viewer(1, 'a5'), 'x', ['z'], undefined],
    ['a takeover of itself', viewer(1, 'x5'), 'x', ['x'], { stay: [], expired: [], replaced: [] }],
    ['a limit lowered below what is held', viewer(1, 'a5', 'b5', 'c5'), 'x', ['c'], undefined],
    [
      'a held place above a lowered limit',
      viewer(0, 'x5', 'b5'),
      'x',
      ['b'],
      { stay: [], expired: [], replaced: ['b'] },
    ],
    [
      'a limit lowered, most of them dead',
      viewer(1, 'a-5', 'b-5', 'c5'),
      'x',
      ['c'],
      { stay: [], expired: ['a', 'b'], replaced: ['c'] },
    ],
  ];
  for (const [name, before, id, replaces, expected] of cases) {
    it(name, () => {
      expect(outcome(planReplacement(before, id, replaces, now))).to.deep.equal(expected);
    });
  }

  it('never leaves more live leases than the limit, and drops none that it need not', () => {
    const ids = 'abcdefg'.split('');
    const held = fc.uniqueArray(
      fc.record({ id: fc.constantFrom(...ids), in: fc.integer({ min: -9, max: 9 }) }),
      {
        selector: (lease) => lease.id,
      },
    );
    fc.assert(
      fc.property(
        held,
        fc.nat(5),
        fc.constantFrom(...ids),
        fc.subarray(ids),
        (leases, limit, id, replaces) => {
          const before = viewer(limit, ...leases.map((lease) => lease.id + lease.in));
          const plan = outcome(planReplacement(before, id, replaces, now));
          const live = active(before, now).map((lease) => lease.id);
          const mayStay = live.filter((other) => other !== id && !replaces.includes(other));
          if (plan === undefined) {
            expect(mayStay.length).to.be.at.least(limit);
            return;
          }
          expect(plan.stay).to.have.members(mayStay);
          if (!live.includes(id)) expect(plan.stay).to.have.length.below(limit);
          expect(plan.expired).not.to.include.oneOf(live);
        },
      ),
      { seed: 15, numRuns: 500 },
    );
  });
});

describe('a viewer as an item', () => {
  it('comes back as it was written', () => {
    const details = { video_name: 'A film', size: 1.5, video_playing: true };
    const item = {
      ids: { SS: ['a'] },
      [leaseAttribute('a')]: toAttribute(1234, details),
      stream_limit: { N: '0' },
    };
    expect(toViewer(item)).to.deep.equal({
      limit: 0,
      ownLimit: 0,
      leases: [{ id: 'a', expires: 1234, details }],
    });
  });

  it('has the default limit and no leases when there is none', () => {
    expect(toViewer(undefined)).to.deep.equal({ limit: 3, ownLimit: undefined, leases: [] });
  });
});

function outcome(plan: Replacement | undefined): Outcome {
  return (
    plan && {
      stay: [...plan.stay],
      expired: plan.expired.map((lease) => lease.id),
      replaced: [...plan.replaced],
    }
  );
}
