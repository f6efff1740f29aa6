import { expect } from 'chai';
import { planOf } from '../support/plans.ts';

describe('the scans of a stack', () => {
  for (const egress of ['public', 'endpoints', 'nat', 'nat-per-zone']) {
    it(`can reach the internet, where the repositories are, with network.egress ${egress}`, async () => {
      const { resources } = await planOf('prod', [`network.egress=${egress}`]);
      const input = (type: string, name: string) =>
        resources.find((resource) => resource.type.endsWith(`:${type}`) && resource.name === name)?.inputs;
      const environment = JSON.stringify(input('ComputeEnvironment', 'scans-jobs-environment'));
      const addressOf = (job: string) =>
        JSON.parse(String(input('JobDefinition', job)?.containerProperties)).networkConfiguration
          .assignPublicIp;
      const isPublic = egress === 'public' || egress === 'endpoints';
      expect(environment).to.match(isPublic ? /public/ : /private/);
      expect(environment).to.not.match(/isolated/);
      expect(addressOf('scans-jobs-fetch')).to.equal(isPublic ? 'ENABLED' : 'DISABLED');
      // Scanners read strangers' code: they have a way out only where nothing works without.
      expect(addressOf('scans-jobs-secrets')).to.equal(egress === 'public' ? 'ENABLED' : 'DISABLED');
      const rules = resources
        .filter(
          ({ type, inputs }) => /EgressRule$/.test(type) && /^scans-/.test(String(inputs.securityGroupId)),
        )
        .map(({ inputs }) => [inputs.cidrIpv4, inputs.fromPort, inputs.toPort]);
      expect(rules).to.deep.equal([['0.0.0.0/0', 443, 443]]);
    });
  }
});
