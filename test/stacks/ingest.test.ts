import { expect } from 'chai';
import { laptopDefinition } from '../../local/ingest/pipeline.ts';
import type { Plan } from '../../stacks/plan/evaluate.ts';
import type { PlannedResource } from '../../stacks/plan/planned.ts';
import { planOf } from '../support/plans.ts';

/** The resource and all below it. */
function subtree({ resources }: Plan, name: string, type: string): PlannedResource[] {
  const root = resources.filter((one) => one.name === name && one.type === type);
  const below = (parents: PlannedResource[]): PlannedResource[] =>
    parents.flatMap((parent) => [
      parent,
      ...below(resources.filter((one) => one.parent === parent.name && one.parentType === parent.type)),
    ]);
  return below(root);
}

const pipeline = (plan: Plan) => subtree(plan, 'ingest', 'trellis:index:IngestPipeline');

function definitionOf({ resources }: Plan): string {
  const [machine] = resources.filter(({ type }) => type === 'aws:sfn/stateMachine:StateMachine');
  return String(machine?.inputs.definition);
}

/** All that may cost although nothing arrives; what is not here is charged by use or by what it stores. */
const paidByTheHour =
  /natGateway|vpcEndpoint|ec2\/(instance|eip)|ecs\/|loadBalancer|metricAlarm|dashboard|secretsmanager|kms\/|rds\/|vpcLink/i;

describe('the ingest pipeline in a stack', () => {
  const plans = new Map<string, Plan>();
  before(async () => {
    for (const stack of ['dev', 'prod']) plans.set(stack, await planOf(stack));
  });

  for (const stack of ['dev', 'prod']) {
    it(`executes in ${stack} what the laptop executes, byte for byte but for names`, () => {
      const text = definitionOf(plans.get(stack) as Plan);
      const onDemand = stack === 'dev' ? 'ON-DEMAND' : undefined;
      const laptop = JSON.stringify(laptopDefinition('LEDGER', 'FAILURES', onDemand));
      const { RunJob } = JSON.parse(laptop).States;
      const renamed = text
        .replaceAll(`trellis-${stack}-ingests`, 'LEDGER')
        .replaceAll(/arn:aws:batch:us-east-1:123456789012:job-queue\/[^"]*-on-demand[^"]*/g, String(onDemand))
        .replace(/arn:aws:batch:us-east-1:123456789012:job-queue\/[^"]+/g, RunJob.Parameters.JobQueue)
        .replaceAll(
          /arn:aws:batch:us-east-1:123456789012:job-definition\/ingest-jobs-ingest-[0-9a-f]{7}:1/g,
          RunJob.Parameters.JobDefinition,
        )
        .replace(
          /https:\/\/sqs\.us-east-1\.amazonaws\.com\/123456789012\/ingest-failures-[0-9a-f]{7}/,
          'FAILURES',
        );
      expect(renamed).to.equal(laptop);
      expect(text).not.to.equal(laptop);
    });

    it(`brings no NAT, no endpoint and no task that is always on in ${stack}`, () => {
      const resources = pipeline(plans.get(stack) as Plan);
      expect(resources.length).to.be.greaterThan(30);
      const paid = resources.filter(({ type }) => paidByTheHour.test(type)).map(({ name }) => name);
      const alarms = ['backlog', 'dead-letters', 'executions', 'failures', 'jobs-blocked'];
      expect(paid).to.deep.equal(stack === 'dev' ? [] : alarms.map((role) => `ingest-${role}`));
      const [environment] = resources.filter(({ type }) => type.endsWith(':ComputeEnvironment'));
      expect(environment?.inputs.computeResources).not.to.have.any.keys('minVcpus', 'desiredVcpus');
    });
  }

  it('tells the service where to upload and what to start', () => {
    for (const plan of plans.values()) {
      const [task] = plan.resources.filter(({ name }) => name === 'api-task-definition');
      const [container] = JSON.parse(String(task?.inputs.containerDefinitions));
      const value = (name: string) =>
        container.environment.find((one: { name: string; value: string }) => one.name === name)?.value;
      expect(value('INGEST_BUCKET')).to.equal(plan.outputs.ingestBucket);
      expect(value('INGEST_STATE_MACHINE')).to.equal(plan.outputs.ingestStateMachine);
    }
  });

  it('lets the pages of the site upload, and no others', () => {
    for (const plan of plans.values()) {
      const [cors] = plan.resources.filter(({ name }) => name === 'ingest-cors');
      const rules = (cors?.inputs.corsRules ?? []) as { allowedOrigins: string[] }[];
      expect(rules.map(({ allowedOrigins }) => allowedOrigins)).to.deep.equal([[plan.outputs.url]]);
    }
  });

  it('gives the job all that it reads from its environment', () => {
    for (const [stack, plan] of plans) {
      const [job] = plan.resources.filter(({ type }) => type === 'aws:batch/jobDefinition:JobDefinition');
      const { environment, command } = JSON.parse(String(job?.inputs.containerProperties));
      expect(environment).to.deep.equal([
        { name: 'INGEST_BUCKET', value: plan.outputs.ingestBucket },
        { name: 'LOG_LEVEL', value: 'info' },
        { name: 'TABLE_INGESTS', value: `trellis-${stack}-ingests` },
        { name: 'TABLE_RATES', value: `trellis-${stack}-rates` },
      ]);
      expect(command).to.deep.equal(['node', 'jobs/ingest/main.ts']);
    }
  });

  it('reaches Step Functions where there is no way to the internet', () => {
    const endpoints = (plan: Plan) =>
      plan.resources
        .filter(
          ({ type, inputs }) =>
            type === 'aws:ec2/vpcEndpoint:VpcEndpoint' && inputs.vpcEndpointType === 'Interface',
        )
        .map(({ name }) => name);
    expect(endpoints(plans.get('prod') as Plan)).to.include('network-states');
    expect(endpoints(plans.get('dev') as Plan)).to.deep.equal([]);
  });
});
