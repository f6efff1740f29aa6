import { expect } from 'chai';
import { evaluate } from '../../stacks/plan/evaluate.ts';

describe('the scans of a stack', () => {
  for (const egress of ['public', 'endpoints', 'nat', 'nat-per-zone']) {
    it(`can reach the internet, where the repositories are, with network.egress ${egress}`, async () => {
      const { resources } = await evaluate('prod', [`network.egress=${egress}`]);
      const input = (type: string, name: string) =>
        resources.find((resource) => resource.type.endsWith(`:${type}`) && resource.name === name)?.inputs;
      const environment = JSON.stringify(input('ComputeEnvironment', 'scans-jobs-environment'));
      const container = String(input('JobDefinition', 'scans-jobs-fetch')?.containerProperties);
      const isPublic = egress === 'public' || egress === 'endpoints';
      expect(environment).to.match(isPublic ? /public/ : /private/);
      expect(environment).to.not.match(/isolated/);
      expect(JSON.parse(container).networkConfiguration).to.deep.equal({
        assignPublicIp: isPublic ? 'ENABLED' : 'DISABLED',
      });
      const rules = resources
        .filter(
          ({ type, inputs }) => /EgressRule$/.test(type) && /^scans-/.test(String(inputs.securityGroupId)),
        )
        .map(({ inputs }) => [inputs.cidrIpv4, inputs.fromPort, inputs.toPort]);
      expect(rules).to.deep.equal([['0.0.0.0/0', 443, 443]]);
    });
  }
});
