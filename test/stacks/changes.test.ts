import { expect } from 'chai';
import type { Changes } from '../../stacks/changes/changes.ts';
import { foreseenLive, told } from './changes/fixture.ts';

const balancer = ['service.exposure=internal-load-balancer'];
const canary = [...balancer, 'release.strategy=canary'];

/** Names of what callers notice. */
function noticed(changes: Changes): string[] {
  return told(changes).filter((line) => line.includes(': '));
}

describe('a change that went is foreseen without a conflict:', function () {
  this.timeout(60_000);

  const went: [what: string, stack: string, before: string[], after: string[], noticed: RegExp[]][] = [
    ['task size', 'prod', [], ['service.cpu=1024', 'service.memory=2048'], []],
    ['ingest settings', 'prod', [], ['ingest.maxVcpus=32', 'ingest.attempts=9', 'ingest.expireDays=40'], []],
    ['how long logs are kept', 'prod', [], ['logs.retentionDays=14'], []],
    ['no web ACL', 'prod', [], ['site.webAcl=false'], [/^delete site-acl: data lost: its log$/]],
    ['public → nat', 'dev', [], ['network.egress=nat'], []],
    ['rolling → canary', 'dev', balancer, canary, []],
    ['canary → rolling', 'dev', canary, balancer, []],
  ];
  for (const [what, stack, before, after, effects] of went) {
    it(what, async () => {
      const changes = await foreseenLive(stack, before, after);
      expect(changes.conflicts).to.deep.equal([]);
      expect(changes.changes).not.to.deep.equal([]);
      const lines = noticed(changes);
      expect(lines).to.have.length(effects.length);
      for (const [at, effect] of effects.entries()) expect(lines[at]).to.match(effect);
    });
  }

  it('and nothing, where nothing changes', async () => {
    for (const stack of ['dev', 'prod']) {
      expect(await foreseenLive(stack, [], [])).to.deep.equal({ changes: [], conflicts: [] });
    }
  });
});
