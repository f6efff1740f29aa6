import { expect } from 'chai';
import { Network } from '../../../components/network/index.ts';
import { account, isAllowed } from '../../support/permissions.ts';
import { ofType, type PlannedResource, record } from '../mocks.ts';

const foreign = '999999999999';

describe('the policies of endpoints', function () {
  this.timeout(30_000);
  let endpoints: PlannedResource[];

  before(async () => {
    const make = () =>
      void new Network('net', {
        egress: 'endpoints',
        interfaceEndpoints: ['ecr.api', 'ecr.dkr', 'logs', 'ssm', 'states'],
      });
    endpoints = ofType((await record(make)).resources, 'aws:ec2/vpcEndpoint:VpcEndpoint');
  });

  /** Whether a request gets through: AWS's default policy of an endpoint lets everything through. */
  function passes(service: string, action: string, resource: string, owner = account) {
    const { inputs } = endpoints.find(({ name }) => name === `net-${service}`) as PlannedResource;
    const open =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}';
    const context = { 'aws:PrincipalAccount': account };
    return isAllowed({ action, resource, owner, context, endpoint: String(inputs.policy ?? open) });
  }

  it('are on every endpoint', () => {
    expect(endpoints.map(({ name }) => name.slice('net-'.length))).to.deep.equal([
      'dynamodb',
      'ecr.api',
      'ecr.dkr',
      'logs',
      's3',
      'ssm',
      'states',
    ]);
    expect(endpoints.filter(({ inputs }) => inputs.policy === undefined)).to.deep.equal([]);
  });

  const arn = (service: string, owner: string, path: string) =>
    `arn:aws:${service}:us-east-1:${owner}:${path}`;
  const requests: [service: string, action: string, resource: (owner: string) => string][] = [
    ['s3', 's3:PutObject', () => 'arn:aws:s3:::some-bucket/stolen'],
    ['s3', 's3:GetObject', () => 'arn:aws:s3:::some-bucket/tool'],
    ['dynamodb', 'dynamodb:PutItem', (owner) => arn('dynamodb', owner, 'table/stolen')],
    ['ecr.dkr', 'ecr:PutImage', (owner) => arn('ecr', owner, 'repository/stolen')],
    ['ecr.api', 'ecr:BatchGetImage', (owner) => arn('ecr', owner, 'repository/app')],
    ['logs', 'logs:PutLogEvents', (owner) => arn('logs', owner, 'log-group:stolen:log-stream:x')],
    ['ssm', 'ssm:PutParameter', (owner) => arn('ssm', owner, 'parameter/stolen')],
    ['states', 'states:StartExecution', (owner) => arn('states', owner, 'stateMachine:stolen')],
  ];
  for (const [service, action, resource] of requests) {
    it(`${service}: ${action} reaches this account alone`, async () => {
      expect(await passes(service, action, resource(account)), 'this account').to.equal(true);
      expect(await passes(service, action, resource(foreign), foreign), 'another').to.equal(false);
    });
  }

  it('s3: the layers of images are read, and nothing is written beside them', async () => {
    const layer = 'arn:aws:s3:::prod-us-east-1-starport-layer-bucket/1234/layer';
    expect(await passes('s3', 's3:GetObject', layer, foreign)).to.equal(true);
    expect(await passes('s3', 's3:PutObject', layer, foreign)).to.equal(false);
  });

  it('ecr.api: gives the registry’s token, which has no resource', async () => {
    expect(await passes('ecr.api', 'ecr:GetAuthorizationToken', '*')).to.equal(true);
  });
});
