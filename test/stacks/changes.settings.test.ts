import { expect } from 'chai';
import { DataStore } from '../../components/index.ts';
import type { Changes } from '../../stacks/changes/changes.ts';
import { changed, foreseen, foreseenRenamed, told } from './changes/fixture.ts';

const egress = ['public', 'endpoints', 'nat', 'nat-per-zone'];
const ownName = (name: string) => [`site.domainName=${name}`, 'site.hostedZoneId=Z0123'];
const hours = ['scaling.officeHours=MON-FRI 07:00-19:00 Europe/Berlin'];
const range = ['network.cidrBlock=10.9.0.0/16'];

/** What callers notice, what is lost and what is refused. */
function noticed(changes: Changes): string[] {
  return told(changes).filter((line) => line.includes(': '));
}

/**
 * Settings that touch much of a stack. AWS's side of it:
 * - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html: subnets do not overlap
 * - https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html: a load balancer changes its
 *   subnets in place
 * - https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html: an index is added while the table
 *   is read and written
 */
describe('a change of a stack that lives goes, and callers notice', function () {
  this.timeout(60_000);

  for (const before of egress) {
    it(`nothing of network.egress ${before} left for another`, async () => {
      for (const after of egress.filter((one) => one !== before)) {
        const found = await foreseen('prod', [`network.egress=${before}`], [`network.egress=${after}`]);
        expect(found.conflicts, after).to.deep.equal([]);
        expect(noticed(found), after).to.deep.equal([]);
        expect(found.changes, after).not.to.deep.equal([]);
      }
    });
  }

  // `npm run drill:changes` has the others.
  it('nothing of network.egress left for ipv6, or back, but for the protection of the load balancer', async () => {
    const [ipv6, open] = ['network.egress=ipv6', 'deletionProtection=false'];
    const kept = await foreseen('prod', ['network.egress=nat'], [ipv6]);
    expect(kept.conflicts.map(({ identity }) => identity)).to.deep.equal(['api-lb']);
    for (const other of ['public', 'endpoints']) {
      for (const ways of [
        [`network.egress=${other}`, ipv6],
        [ipv6, `network.egress=${other}`],
      ]) {
        const [before = '', after = ''] = ways;
        const found = await foreseen('prod', [before, open], [after, open]);
        expect(found.conflicts, String(ways)).to.deep.equal([]);
        expect(noticed(found), String(ways)).to.deep.equal([]);
      }
    }
  });

  it('nothing of the way out of jobs, beside tasks without IPv4', async () => {
    const [ipv6, own] = ['network.egress=ipv6', 'jobs.egress=endpoints'];
    for (const [before, after] of [
      [[ipv6], [ipv6, own]],
      [[ipv6, own], [ipv6]],
    ]) {
      const found = await foreseen('prod', before as string[], after as string[]);
      expect(found.conflicts).to.deep.equal([]);
      expect(noticed(found)).to.deep.equal([]);
    }
  });

  it('that endpoints of tasks and those of jobs would have one private DNS name', async () => {
    const found = await foreseen(
      'prod',
      ['network.egress=endpoints', 'deletionProtection=false'],
      ['network.egress=ipv6', 'jobs.egress=endpoints', 'deletionProtection=false'],
    );
    expect(found.conflicts.map(({ identity }) => identity)).to.deep.equal(
      ['ecr.api', 'ecr.dkr', 'logs'].map(
        (service) => `private DNS name of com.amazonaws.us-east-1.${service} in network-vpc`,
      ),
    );
  });

  const quiet: [what: string, stack: string, before: string[], after: string[]][] = [
    ['a third zone left', 'prod', ['network.zones=3'], ['network.zones=2']],
    ['a third zone taken', 'prod', ['network.zones=2'], ['network.zones=3']],
    ['a third zone left behind an HTTP API', 'dev', ['network.zones=3'], ['network.zones=2']],
    ['office hours set', 'dev', [], hours],
    ['office hours taken off', 'dev', hours, []],
    ['an own name', 'prod', [], ownName('www.example.com')],
    ['other zones', 'dev', [], ['network.zoneNames=["us-east-1b","us-east-1c"]']],
    [
      'other zones, with another range',
      'dev',
      [],
      ['network.zoneNames=["us-east-1b","us-east-1c"]', ...range],
    ],
  ];
  for (const [what, stack, before, after] of quiet) {
    it(`nothing of ${what}`, async () => {
      const found = await foreseen(stack, before, after);
      expect(found.conflicts).to.deep.equal([]);
      expect(noticed(found)).to.deep.equal([]);
      expect(found.changes).not.to.deep.equal([]);
    });
  }

  it('that an own name is taken back: it resolves no longer', async () => {
    const found = await foreseen('prod', ownName('www.example.com'), []);
    expect(found.conflicts).to.deep.equal([]);
    expect(noticed(found)).to.have.members([
      'delete site-aaaa: requests interrupted: the name resolves no longer',
      'delete site-a: requests interrupted: the name resolves no longer',
      'delete site-certificate: requests interrupted: the name resolves no longer',
    ]);
  });

  it('nothing of an index added to a table, or removed', async () => {
    const byTeam = { name: 'by-team', partitionKey: 'team' };
    const table = (indexes: (typeof byTeam)[]) => new DataStore('users', { partitionKey: 'id', indexes });
    for (const [before, after] of [
      [[], [byTeam]],
      [[byTeam], []],
    ]) {
      const found = await changed(
        () => table(before ?? []),
        () => table(after ?? []),
      );
      expect(found.conflicts).to.deep.equal([]);
      expect(told(found)).to.deep.equal(['update users-table']);
    }
  });
});

describe('a change of a stack that lives is refused with the way:', function () {
  this.timeout(60_000);

  it('another name of the project, which is in the names of tables', async () => {
    const { conflicts } = await foreseenRenamed('prod', 'shop');
    const tables = conflicts.filter(({ identity }) => identity.endsWith('-table'));
    expect(tables).to.have.length(9);
    for (const { why } of tables) expect(why).to.match(/take the protection off in a step of its own/);
  });

  it('and where nothing is protected, it says what is lost', async () => {
    const found = await foreseenRenamed('dev', 'shop');
    expect(noticed(found).filter((line) => /-table: data lost: its items$/.test(line))).to.have.length(9);
  });
});
