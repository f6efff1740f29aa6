import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { nearQuotas, quotas, quotaText, quotaUses, stacksPerAccount } from '../../../stacks/plan/quotas.ts';
import { planOf } from '../../support/plans.ts';

const docs = readFileSync(new URL('../../../docs/deploy.md', import.meta.url), 'utf8');
const numbers = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

describe('quotas that stacks share', () => {
  const near = async (stack: string, overrides: string[] = []) =>
    nearQuotas((await planOf(stack, overrides)).resources).map(({ what, uses }) => `${what}: ${uses}`);

  it('are told where a stack brings a new account near one, and not where it is far away', async () => {
    // On Spot: one task twice during a release, ingests and scans; on demand the jobs that Spot has no room for.
    expect(await near('dev')).to.deep.equal(['vCPUs of Fargate on demand: 6', 'vCPUs of Fargate Spot: 6.5']);
    expect(await near('prod', ['network.egress=nat-per-zone'])).to.deep.equal([
      'Elastic IP addresses: 3',
      // Three tasks and a third of nine more, twice during a release; ingests and scans.
      'vCPUs of Fargate on demand: 26',
      'vCPUs of Fargate Spot: 10',
    ]);
    expect(quotaText(nearQuotas([]))).to.deep.equal([]);
  });

  it('say how many such stacks there is room for', async () => {
    const { resources } = await planOf('dev', ['network.egress=nat']);
    const [vpcs, addresses] = quotaUses(resources);
    expect(vpcs).to.include({ what: 'VPCs', limit: 5, uses: 1, stacks: 4 });
    expect(addresses).to.include({ uses: 1, stacks: 5 });
    const text = quotaText(nearQuotas(resources)).join('\n');
    expect(text).to.match(/on demand: this stack takes up to 6 of 6, room for no other like it \(https:/);
    expect(text).to.match(/Spot: this stack takes up to 6\.5 of 6, more than there are/);
  });

  it('stand in docs/deploy.md as they are, with the number of stacks', async () => {
    const uses = async (stack: string) => quotaUses((await planOf(stack)).resources);
    const [dev, prod] = [await uses('dev'), await uses('prod')];
    for (const [index, { what, limit, taken, source, atRest }] of quotas.entries()) {
      const most = Math.min(dev[index]?.stacks ?? 0, prod[index]?.stacks ?? 0);
      const room = most === Number.POSITIVE_INFINITY ? '' : atRest ? most : 'see below';
      const default_ = taken === undefined ? limit : `${limit}, ${taken} of them taken`;
      expect(docs).to.include(
        `| [${what}](${source}) | ${default_} | ${dev[index]?.uses} | ${prod[index]?.uses} | ${room} |`,
      );
    }
    const room = async (stack: string) => stacksPerAccount((await planOf(stack)).resources);
    const least = Math.min(await room('dev'), await room('prod'));
    expect(docs).to.include(`A region of a new account takes **${numbers[least]}** stacks`);
  });
});
