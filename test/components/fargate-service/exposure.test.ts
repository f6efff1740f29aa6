import { expect } from 'chai';
import { FargateService, type FargateServiceArgs } from '../../../components/fargate-service/index.ts';
import { children, ofType, only, record } from '../mocks.ts';
import {
  behindApi,
  behindBalancer,
  common,
  egress,
  notInAws,
  openings,
  placement,
  requestedRevision,
  resourcesOf,
  withBalancer,
  worker,
} from './fixture.ts';

describe('FargateService without exposure', () => {
  it('is a worker that nothing can connect to', async () => {
    const resources = await resourcesOf(worker);
    expect(children(resources, 'api')).to.deep.equal([...common].sort());
    expect(openings(resources)).to.deep.equal([]);
    const service = only(resources, 'aws:ecs/service:Service');
    expect(service.inputs).not.to.have.any.keys(
      'alarms',
      'loadBalancers',
      'serviceRegistries',
      'healthCheckGracePeriodSeconds',
    );
  });
});

describe('security groups of a FargateService', () => {
  for (const [exposure, args] of Object.entries({ worker, behindBalancer, behindApi })) {
    it(`${exposure}: the tasks have one of their own, and every rule has a description`, async () => {
      const resources = await resourcesOf(args);
      const network = only(resources, 'aws:ecs/service:Service').inputs.networkConfiguration;
      const { securityGroups } = network as { securityGroups: string[] };
      expect(securityGroups).to.have.lengthOf(1);
      expect(securityGroups[0]).to.match(/^api-tasks-/);
      for (const resource of resources.filter(({ type }) => /securityGroup/i.test(type))) {
        expect(resource.inputs.description, resource.name).to.be.a('string').and.not.equal('');
        expect(resource.inputs, resource.name).not.to.have.any.keys('ingress', 'egress');
      }
    });
  }

  it('lets the entry point connect to the port of the tasks alone', async () => {
    const resources = await resourcesOf({ ...behindBalancer, port: 3000 });
    expect(only(resources, egress, 'api-entry-to-tasks').inputs).to.include({ fromPort: 3000, toPort: 3000 });
    expect(openings(resources)).to.deep.equal(['api-tasks 3000 api-entry']);
  });

  it('lets the tasks connect where egress says', async () => {
    const resources = await resourcesOf({
      ...worker,
      placement: {
        ...placement,
        egress: [
          { name: 's3', port: 443, prefixListId: 'pl-1' },
          { name: 'db', port: 5432, securityGroupId: 'sg-db' },
          { name: 'office', port: 22, cidr: '10.1.0.0/16' },
        ],
      },
    });
    const rules = ofType(resources, egress).map(({ name, inputs }) => {
      const { fromPort, toPort, cidrIpv4, prefixListId, referencedSecurityGroupId } = inputs;
      return [name, fromPort, toPort, cidrIpv4 ?? prefixListId ?? referencedSecurityGroupId];
    });
    expect(rules).to.deep.equal([
      ['api-to-db', 5432, 5432, 'sg-db'],
      ['api-to-office', 22, 22, '10.1.0.0/16'],
      ['api-to-s3', 443, 443, 'pl-1'],
    ]);
  });
});

describe('outputs of a FargateService', () => {
  async function outputsOf(args: FargateServiceArgs) {
    const { outputs } = await record(
      () => {
        const service = new FargateService('api', args);
        const outputs: Record<string, unknown> = {
          url: service.url,
          released: service.taskDefinitionArn,
          listener: service.listener?.port,
          entry: service.entrySecurityGroup?.description,
          api: service.api?.protocolType,
        };
        return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
      },
      { call: notInAws },
    );
    return outputs;
  }

  it('name the URL of each exposure', async () => {
    expect((await outputsOf(behindBalancer)).url).to.match(
      /^http:\/\/internal-api-lb-.*\.elb\.amazonaws\.com$/,
    );
    const certified = { certificateArn: 'arn:certificate', internetFacing: true };
    expect((await outputsOf(withBalancer(certified))).url).to.match(/^https:\/\/api-lb-/);
    const named = { ...certified, domainName: 'api.example.org' };
    expect(await outputsOf(withBalancer(named))).to.include({
      url: 'https://api.example.org',
      listener: 443,
    });
    const behind = await outputsOf(behindApi);
    expect(behind.url).to.match(/^https:\/\/api-api-.*\.execute-api\.us-east-1\.amazonaws\.com$/);
    expect(behind).to.include({ api: 'HTTP', entry: 'VPC link of api', released: requestedRevision });
    expect(await outputsOf(worker)).to.deep.equal({ released: requestedRevision });
  });
});
