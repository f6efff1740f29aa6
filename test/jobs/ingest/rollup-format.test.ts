import { expect } from 'chai';
import type { LaneMonth } from '../../../jobs/ingest/lane-file.ts';
import { portNumber } from '../../../jobs/ingest/port-code.ts';
import { DamagedRollup, RollupReader, rollupText } from '../../../jobs/ingest/rollup-format.ts';

const lane = (month: number, from: string, to: string, days: string): LaneMonth => ({
  month,
  from: portNumber(from),
  to: portNumber(to),
  days,
});
const lanes = [
  lane(2021 * 12, 'CNGGZ', 'EETLL', '  3:1njchs'),
  lane(2021 * 12, 'CNSHA', 'EETLL', '1:2'),
  lane(2021 * 12 + 1, 'CNGGZ', 'EETLL', '    1:5'),
];

function read(text: string): LaneMonth[] {
  const reader = new RollupReader();
  const found = text
    .trimEnd()
    .split('\n')
    .flatMap((line) => reader.line(line) ?? []);
  reader.finish();
  return found;
}

describe('the text of a rollup object', () => {
  const text = [...rollupText(lanes)].join('');

  it('is short, and can be read by people', () => {
    expect(text).to.match(
      /^trellis-rollup 1\n=2021-01\nCNGGZEETLL {2}3:1njchs\nCNSHAEETLL1:2\n=2021-02\nCNGGZEETLL {4}1:5\n\.3 [0-9a-f]{64}\n$/,
    );
  });

  it('is read as it was written, in any pieces, with lanes or without', () => {
    expect(read(text)).to.deep.equal(lanes);
    expect([...rollupText(lanes, 1)].join('')).to.equal(text);
    expect(read([...rollupText([])].join(''))).to.deep.equal([]);
  });

  const damages: Record<string, (whole: string) => string> = {
    'a digit changed': (whole) => whole.replace('1njchs', '1njchr'),
    'a lane is missing': (whole) => whole.replace('CNSHAEETLL1:2\n', ''),
    'its end is missing': (whole) => whole.slice(0, whole.indexOf('\n.') + 1),
    'it goes on': (whole) => `${whole}CNSHAEETLL1:2\n`,
    'it is something else': (whole) => whole.replace('rollup 1', 'rollup 2'),
    'a code is wrong': (whole) => whole.replace('CNSHA', 'cnsha'),
    'a month is wrong': (whole) => whole.replace('=2021-02', '=2021-13'),
  };
  for (const [what, damage] of Object.entries(damages))
    it(`is refused when ${what}`, () => {
      expect(() => read(damage(text))).to.throw(DamagedRollup);
    });
});
