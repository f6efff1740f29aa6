import { expect } from 'chai';
import { stacks } from '../../../stacks/plan/configuration.ts';
import { planOf } from '../../support/plans.ts';

describe('the stack files', () => {
  it('are dev and prod, and both are complete', async () => {
    expect(stacks()).to.include.members(['dev', 'prod']);
  });

  it('make dev two zones, no NAT, an HTTP API and one ARM task on Spot, all of it removable', async () => {
    const { resources } = await planOf('dev');
    const types = new Set(resources.map(({ type }) => type));
    for (const absent of [
      'aws:ec2/natGateway:NatGateway',
      'aws:lb/loadBalancer:LoadBalancer',
      'aws:ec2/eip:Eip',
    ]) {
      expect(types).not.to.include(absent);
    }
    expect(types).to.include('aws:apigatewayv2/api:Api');
    expect(resources.filter(({ type }) => type === 'aws:ec2/subnet:Subnet')).to.have.length(2);
    const input = (type: string, key: string) => resources.find((one) => one.type === type)?.inputs[key];
    expect(input('aws:ecs/service:Service', 'desiredCount')).to.equal(1);
    expect(input('aws:ecs/service:Service', 'capacityProviderStrategies')).to.deep.equal([
      { capacityProvider: 'FARGATE_SPOT', weight: 1 },
    ]);
    expect(input('aws:ecs/taskDefinition:TaskDefinition', 'runtimePlatform')).to.include({
      cpuArchitecture: 'ARM64',
    });
    expect(resources.filter(({ options }) => options.protect)).to.deep.equal([]);
    expect(input('aws:ecr/repository:Repository', 'forceDelete')).to.equal(true);
    for (const { inputs } of resources.filter(({ type }) => type === 'aws:dynamodb/table:Table')) {
      expect(inputs.deletionProtectionEnabled).to.equal(false);
    }
  });

  it('make prod three zones, an internal load balancer, three tasks and more on Spot, protected', async () => {
    const { resources } = await planOf('prod');
    const input = (type: string, key: string) => resources.find((one) => one.type === type)?.inputs[key];
    expect(input('aws:ecs/service:Service', 'desiredCount')).to.equal(3);
    expect(input('aws:ecs/service:Service', 'capacityProviderStrategies')).to.deep.equal([
      { base: 3, capacityProvider: 'FARGATE', weight: 1 },
      { capacityProvider: 'FARGATE_SPOT', weight: 2 },
    ]);
    expect(input('aws:lb/loadBalancer:LoadBalancer', 'internal')).to.equal(true);
    expect(input('aws:lb/loadBalancer:LoadBalancer', 'subnets')).to.have.length(3);
    expect(input('aws:ecr/repository:Repository', 'forceDelete')).to.equal(false);
    for (const table of resources.filter(({ type }) => type === 'aws:dynamodb/table:Table')) {
      expect(table.options.protect, table.name).to.equal(true);
    }
  });

  it('tell the service whom to believe about a caller, and where its tables are', async () => {
    const variables = async (stack: string) => {
      const { resources } = await planOf(stack);
      const task = resources.find(({ type }) => type === 'aws:ecs/taskDefinition:TaskDefinition');
      const [container] = JSON.parse(String(task?.inputs.containerDefinitions));
      return Object.fromEntries(
        container.environment.map(({ name, value }: { name: string; value: string }) => [name, value]),
      );
    };
    expect(await variables('dev')).to.include({
      CLIENT_ADDRESS_HEADER: 'x-viewer-address',
      TRUSTED_PROXIES: '10.0.0.0/16',
      TABLE_USERS: 'trellis-dev-users',
    });
    expect(await variables('prod')).to.include({
      CLIENT_ADDRESS_HEADER: 'x-forwarded-for',
      TABLE_PAGE: 'trellis-prod-page',
    });
  });

  it('tag every resource that takes tags with project and stack', async () => {
    const { resources } = await planOf('prod');
    const tagged = resources.filter(({ inputs }) => inputs.tags !== undefined);
    expect(tagged.length).to.be.greaterThan(30);
    for (const { name, inputs } of tagged) {
      if (typeof inputs.tags !== 'object' || Array.isArray(inputs.tags)) continue;
      expect(inputs.tags, name).to.include({ project: 'trellis', stack: 'prod' });
    }
  });
});
