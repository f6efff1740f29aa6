import { expect } from 'chai';
import type { Changes } from '../../stacks/changes/changes.ts';
import { foreseen, told } from './changes/fixture.ts';

const rolling = ['service.exposure=internal-load-balancer'];
const canary = [...rolling, 'release.strategy=canary'];
const certificate = [
  'service.certificateArn=arn:aws:acm:us-east-1:123456789012:certificate/x',
  'service.domainName=api.example.com',
];

/** What of a change decides where requests go, in the order in which it happens. */
function waysOf(changes: Changes): string[] {
  const ways = /^api-(service|rule|production-rule|http)$/;
  return changes.changes.filter(({ name }) => ways.test(name)).map(({ action, name }) => `${action} ${name}`);
}

function interruptions(changes: Changes): string[] {
  return told(changes).filter((line) => /interrupted|refused/.test(line));
}

/**
 * Two services run while one kind of releases takes the place of the other, each with target groups and a rule of its own.
 * The rolling one's rule is asked first, exists once its tasks answer, and is deleted before they are. AWS's side of it:
 * - https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html: of the rules that match, the
 *   one of the lowest priority decides
 * - https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-blue-green.html: ECS shifts the weights of
 *   a rule between two target groups
 */
describe('releases of another kind:', function () {
  this.timeout(60_000);

  const kinds: [what: string, before: string[], after: string[], ways: string[]][] = [
    [
      'a canary after rolling ones: its rule decides once the rolling one’s is deleted',
      rolling,
      canary,
      ['update api-http', 'create api-production-rule', 'replace, new first api-service', 'delete api-rule'],
    ],
    [
      'rolling ones after a canary: their rule decides as soon as their tasks answer',
      canary,
      rolling,
      ['update api-http', 'replace, new first api-service', 'create api-rule', 'delete api-production-rule'],
    ],
  ];
  for (const [what, before, after, ways] of kinds) {
    it(`${what}, so that callers notice nothing`, async () => {
      const found = await foreseen('dev', before, after);
      expect(found.conflicts).to.deep.equal([]);
      expect(interruptions(found)).to.deep.equal([]);
      expect(waysOf(found)).to.deep.equal(ways);
    });
  }
});

describe('under releases that shift requests', function () {
  this.timeout(60_000);

  it('callers may notice a certificate: AWS alone knows which target group serves', async () => {
    const found = await foreseen('dev', canary, [...canary, ...certificate]);
    expect(found.conflicts).to.deep.equal([]);
    expect(interruptions(found)).to.deep.equal([
      'replace, new first api-production-rule: requests interrupted: it begins with its first target group, which is empty and answers 503 where a release has moved to the other',
    ]);
  });

  it('callers notice nothing of a load balancer left for an HTTP API, and the other way round', async () => {
    for (const [before, after] of [
      [canary, []],
      [[], canary],
    ]) {
      const found = await foreseen('dev', before ?? [], after ?? []);
      expect(found.conflicts).to.deep.equal([]);
      expect(interruptions(found)).to.deep.equal([]);
    }
  });

  it('another load balancer is refused: their rules lead to target groups of the present one', async () => {
    const facing = ['service.exposure=public-load-balancer', 'release.strategy=canary'];
    const found = await foreseen('dev', canary, facing);
    expect(found.conflicts.map(({ identity }) => identity)).to.deep.equal([
      'load balancer of target group api-bg',
      'load balancer of target group api-alt',
    ]);
  });

  it('another address range is refused', async () => {
    const found = await foreseen('dev', canary, [...canary, 'network.cidrBlock=10.9.0.0/16']);
    expect(found.conflicts).to.have.length(1);
    expect(found.conflicts[0]?.why).to.match(
      /^refused: the new one keeps actions of the old one, with api-(alt|bg), which goes/,
    );
  });
});
