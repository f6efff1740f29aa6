import { runSimulation } from '@cloud-copilot/iam-simulate';
import { expect } from 'chai';
import { monthlyCost } from '../../stacks/plan/cost.ts';
import type { Plan } from '../../stacks/plan/evaluate.ts';
import { findings } from '../../stacks/policy/index.ts';
import { statementsOf } from '../../stacks/policy/rule.ts';
import { only } from '../components/mocks.ts';
import { planOf } from '../support/plans.ts';
import { foreseen } from './changes/fixture.ts';

const on = ['encryption.customerKey=true'];
const region = 'us-east-1.amazonaws.com';
const keyArn = 'arn:aws:kms:us-east-1:123456789012:key/encryption-1a2b3c4';

describe('a stack with a key of its own', function () {
  this.timeout(60_000);
  let plan: Plan;
  before(async () => {
    plan = await planOf('prod', on);
  });

  it('has one key, for the messages of alarms too', () => {
    const keys = plan.resources.filter(({ type }) => type === 'aws:kms/key:Key').map(({ name }) => name);
    expect(keys).to.deep.equal(['encryption']);
    const topic = only(plan.resources, 'aws:sns/topic:Topic').inputs.kmsMasterKeyId;
    expect(topic).to.match(/:key\/encryption-/);
  });

  it('keeps the policy, and costs what the alarms’ key did', async () => {
    const broken = findings(plan.resources, 'production').filter(({ waiver }) => waiver === undefined);
    expect(broken).to.deep.equal([]);
    const cost = ({ resources }: Plan) => monthlyCost(resources).total;
    expect(cost(plan)).to.equal(cost(await planOf('prod')));
  });

  it('encrypts with it all that it keeps, but for the access logs of the load balancer', () => {
    const withKey = plan.resources
      .filter(({ inputs: { policy: _, ...inputs } }) => JSON.stringify(inputs).includes(':key/encryption-'))
      .map(({ type, name }) => `${type.split(':').at(-1)} ${name}`)
      .sort();
    const named = (type: string) =>
      plan.resources
        .filter((one) => one.type.startsWith('aws:') && one.type.endsWith(`:${type}`))
        .map(({ name }) => `${type} ${name}`)
        .filter((name) => !name.endsWith(' access-logs'));
    expect(withKey).to.deep.equal(
      [
        'Table',
        'BucketServerSideEncryptionConfiguration',
        'LogGroup',
        'Queue',
        'Topic',
        'Parameter',
        'Repository',
      ]
        .flatMap(named)
        .sort(),
    );
  });

  it('lets each role use the key through the services that it uses', () => {
    const uses = plan.resources
      .filter(({ type }) => type === 'aws:iam/rolePolicy:RolePolicy')
      .flatMap(({ name, inputs }) =>
        statementsOf(inputs.policy)
          .filter(({ Action }) => Action.some((action) => action.startsWith('kms:')))
          .map(({ Action, Condition }) => {
            const via = [Condition?.StringEquals?.['kms:ViaService']]
              .flat()
              .map((one) => String(one).split('.')[0]);
            return `${name.replace('-policy-key-use', '')}: ${via.join(' ')} ${Action.includes('kms:GenerateDataKey') ? 'write' : 'read'}`;
          }),
      );
    const scanners = ['secrets', 'duplicates', 'languages', 'sbom', 'summary', 'fetch'];
    expect([...new Set(uses)].sort()).to.deep.equal(
      [
        'api-execution: secretsmanager ssm read',
        'api-task: dynamodb write',
        'api-task: s3 read',
        'api-task: s3 write',
        'ingest-jobs-ingest: dynamodb write',
        'ingest-jobs-ingest: s3 write',
        'ingest-state-machine: dynamodb write',
        'ingest-state-machine: sqs write',
        ...scanners.map((kind) => `scans-jobs-${kind}: s3 write`),
        'scans-launch: dynamodb write',
        'scans-launch: s3 read',
        'scans-scan: dynamodb write',
        'scans-scan: s3 read',
      ].sort(),
    );
  });

  /** Whether IAM lets a role of the stack, or a service, use the key as its policy is planned. */
  async function may(
    principal: { role: string } | { service: string },
    action: string,
    context: Record<string, string> = {},
  ): Promise<boolean> {
    const key = only(plan.resources, 'aws:kms/key:Key').inputs;
    const own =
      'role' in principal
        ? only(plan.resources, 'aws:iam/rolePolicy:RolePolicy', `${principal.role}-policy-key-use`).inputs
            .policy
        : '{"Version":"2012-10-17","Statement":[]}';
    const exact = (text: unknown) =>
      JSON.parse(String(text).replaceAll(/arn:aws:kms:[^"]*:key\/encryption-[0-9a-f]+/g, keyArn));
    const answer = await runSimulation(
      {
        request: {
          principal:
            'role' in principal ? `arn:aws:iam::123456789012:role/${principal.role}` : principal.service,
          action,
          resource: { resource: keyArn, accountId: '123456789012' },
          contextVariables: context,
        },
        identityPolicies: 'role' in principal ? [{ name: 'own', policy: exact(own) }] : [],
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        resourcePolicy: exact(key.policy),
      },
      {},
    );
    if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
    return answer.overallResult === 'Allowed';
  }

  const via = (service: string) => ({ 'kms:ViaService': `${service}.${region}` });

  it('is what IAM allows: a role through its services, nobody directly, a service for this account', async () => {
    const task = { role: 'api-task' };
    expect(await may(task, 'kms:GenerateDataKey', via('s3'))).to.equal(true);
    expect(await may(task, 'kms:Decrypt', via('dynamodb'))).to.equal(true);
    expect(await may(task, 'kms:Decrypt')).to.equal(false);
    expect(await may(task, 'kms:Decrypt', via('sqs'))).to.equal(false);
    expect(await may(task, 'kms:CreateGrant', via('dynamodb'))).to.equal(false);
    expect(await may({ role: 'scans-jobs-sbom' }, 'kms:Decrypt', via('dynamodb'))).to.equal(false);
    const cdn = { service: 'cloudfront.amazonaws.com' };
    const distribution = (account: string) => ({
      'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/E1`,
    });
    expect(await may(cdn, 'kms:Decrypt', distribution('123456789012'))).to.equal(true);
    expect(await may(cdn, 'kms:Decrypt', distribution('999999999999'))).to.equal(false);
    const events = { service: 'events.amazonaws.com' };
    expect(await may(events, 'kms:GenerateDataKey', { 'aws:SourceAccount': '123456789012' })).to.equal(true);
    expect(await may(events, 'kms:GenerateDataKey', { 'aws:SourceAccount': '999999999999' })).to.equal(false);
  });

  const isKeyUse = (name: string) => name.endsWith('-key-use');
  const isEncrypted = ({ type }: { type: string }) =>
    /^aws:.*:(Table|BucketServerSideEncryptionConfiguration|Queue|Parameter)$/.test(type);

  it('permits every role to use the key before anything is encrypted with it', () => {
    const byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
    const needs = (urn: string, seen = new Set<string>()): Set<string> => {
      for (const one of byUrn.get(urn)?.dependencies ?? []) {
        if (!seen.has(one)) needs(one, seen.add(one));
      }
      return seen;
    };
    const permissions = plan.resources.filter(({ name }) => isKeyUse(name)).map(({ urn }) => urn);
    expect(permissions).to.have.length(12);
    const encrypted = plan.resources.filter(isEncrypted);
    expect(encrypted.length).to.be.greaterThan(15);
    for (const { urn, name } of encrypted) expect([...needs(urn)], name).to.include.members(permissions);
  });

  it('encrypts a living stack in place, after the permissions to use the key', async () => {
    for (const stack of ['dev', 'prod']) {
      const { changes, conflicts } = await foreseen(stack, [], on);
      expect(conflicts).to.deep.equal([]);
      const others = changes
        .filter(({ action, name }) => action !== 'update' && !(action === 'create' && isKeyUse(name)))
        .map(({ action, name }) => `${action} ${name}`);
      // The key of the alarms' messages becomes the stack's.
      expect(others, stack).to.deep.equal(stack === 'dev' ? ['create encryption'] : []);
      const lastPermission = changes.findLastIndex(({ name }) => isKeyUse(name));
      expect(changes.findIndex(isEncrypted)).to.be.greaterThan(lastPermission);
      expect(changes.findIndex(({ name }) => name === 'encryption')).to.be.within(0, lastPermission);
      expect(changes.map(({ name }) => name))
        .to.include('users-table')
        .and.not.to.include('app-repository');
    }
  });

  it('loses its key by no setting', async () => {
    const prod = await foreseen('prod', on, []);
    expect(prod.conflicts.map(({ identity, why }) => `${identity}: ${why}`)).to.deep.equal([
      'encryption: refused by protection: Pulumi does not delete what is protected; take the protection off in a step of its own',
    ]);
  });
});
