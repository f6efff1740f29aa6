import { expect } from 'chai';
import { checkSize, nearestSizes, sizes } from '../../../components/fargate-task/index.ts';

describe('Fargate sizes', () => {
  it('are the 7 CPU values with their memory, from 512 MiB to 120 GiB', () => {
    const memoryOf = (cpu: number) => sizes.filter((size) => size.cpu === cpu).map((size) => size.memory);
    expect([...new Set(sizes.map((size) => size.cpu))]).to.deep.equal([
      256, 512, 1024, 2048, 4096, 8192, 16384,
    ]);
    expect(memoryOf(256)).to.deep.equal([512, 1024, 2048]);
    expect(memoryOf(512)).to.deep.equal([1024, 2048, 3072, 4096]);
    expect(memoryOf(1024)).to.deep.equal([2048, 3072, 4096, 5120, 6144, 7168, 8192]);
    expect(memoryOf(2048)).to.have.lengthOf(13).and.include.members([4096, 16384]);
    expect(memoryOf(4096)).to.have.lengthOf(23).and.include.members([8192, 30720]);
    expect(memoryOf(8192)).to.have.lengthOf(12).and.include.members([16384, 20480, 61440]);
    expect(memoryOf(16384)).to.have.lengthOf(12).and.include.members([32768, 40960, 122880]);
    expect(memoryOf(8192)).not.to.include(17408);
  });

  it('are accepted, each of them', () => {
    for (const size of sizes) expect(checkSize(size)).to.equal(undefined);
  });

  const invalid: [number, number, string][] = [
    [256, 4096, '512/4096 or 256/2048'],
    [256, 1536, '256/2048 or 256/1024'],
    [300, 700, '512/1024 or 256/512'],
    [8192, 17408, '8192/20480 or 8192/16384'],
    [16384, 36864, '16384/40960 or 16384/32768'],
    [128, 256, '256/512'],
    [16384, 200_000, '16384/122880'],
    [256, 200_000, '256/2048'],
    [0, 0, '256/512'],
    [-1, 1_000_000, '256/512'],
  ];
  for (const [cpu, memory, nearest] of invalid) {
    it(`refuses ${cpu}/${memory} and names ${nearest}`, () => {
      expect(checkSize({ cpu, memory })).to.equal(
        `size ${cpu}/${memory} (CPU units/MiB) is none of Fargate's; nearest: ${nearest}`,
      );
    });
  }

  it('names the cheapest that holds both and the dearest that fits, by the prices of Fargate', () => {
    const price = ({ cpu, memory }: { cpu: number; memory: number }) =>
      (0.04048 * cpu) / 1024 + (0.004445 * memory) / 1024;
    for (let cpu = 256; cpu <= 16_384; cpu += 640) {
      for (let memory = 512; memory <= 122_880; memory += 1500) {
        const holding = sizes.filter((size) => size.cpu >= cpu && size.memory >= memory).map(price);
        const within = sizes.filter((size) => size.cpu <= cpu && size.memory <= memory).map(price);
        const expected = [
          ...(holding.length > 0 ? [Math.min(...holding)] : []),
          ...(within.length > 0 ? [Math.max(...within)] : []),
        ];
        expect(nearestSizes(cpu, memory).map(price), `${cpu}/${memory}`).to.deep.equal(expected);
      }
    }
  });
});
