import { expect } from 'chai';
import { maxSinglePut, maxUploadSize, partSize, partsOf } from '../../../app/uploads/parts.ts';

const MiB = 2 ** 20;

describe('the parts of an upload', () => {
  const sizes: [number, number, number][] = [
    [maxSinglePut + 1, 8 * MiB, 2],
    [16 * MiB, 8 * MiB, 2],
    [8000 * MiB, 8 * MiB, 1000],
    [8000 * MiB + 1, 9 * MiB, 889],
    [maxUploadSize, 103 * MiB, 995],
  ];
  for (const [size, bytes, count] of sizes) {
    it(`${size} bytes go in ${count} parts`, () => {
      expect([partSize(size), partsOf(size).length]).to.deep.equal([bytes, count]);
    });
  }

  it('are of one size, but for the last, which has the rest', () => {
    expect(partsOf(16 * MiB + 1)).to.deep.equal([
      { number: 1, size: 8 * MiB },
      { number: 2, size: 8 * MiB },
      { number: 3, size: 1 },
    ]);
    expect(partsOf(16 * MiB).map(({ size }) => size)).to.deep.equal([8 * MiB, 8 * MiB]);
    const total = partsOf(maxUploadSize).reduce((sum, { size }) => sum + size, 0);
    expect(total).to.equal(maxUploadSize);
  });
});
