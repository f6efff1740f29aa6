import { expect } from 'chai';
import { allPlans, type Coverage, checkInputs, coverageOf, textBreaches } from './schemas/coverage.ts';
import type { Inputs } from './schemas/reshaped.ts';
import { awsTypes } from './schemas/types.ts';

/** A breach of one of the checks each: a type, inputs, and what is told of them. */
const breaches: [what: string, type: string, inputs: Inputs, told: string][] = [
  [
    'a value that is not listed',
    'aws:ecs/service:Service',
    { launchType: 'FARGATE_SPOT' },
    'launchType must be one of EC2, FARGATE, EXTERNAL, not "FARGATE_SPOT"',
  ],
  [
    'a property that is missing',
    'aws:batch/jobQueue:JobQueue',
    { jobQueueType: 'ECS_FARGATE' },
    'Priority is required',
  ],
  [
    'a property that is missing inside of another',
    'aws:cloudfront/distribution:Distribution',
    { enabled: true, defaultCacheBehavior: { targetOriginId: 'service' } },
    'distributionConfig.defaultCacheBehavior.ViewerProtocolPolicy is required',
  ],
  [
    'a value of another kind',
    'aws:dynamodb/table:Table',
    { hashKey: 'id', onDemandThroughput: { maxReadRequestUnits: 'many' } },
    'onDemandThroughput.maxReadRequestUnits must be integer, not "many"',
  ],
  [
    'a text where an object belongs',
    'aws:sfn/stateMachine:StateMachine',
    { roleArn: 'role', tracingConfiguration: 'on' },
    'tracingConfiguration must be an object',
  ],
  [
    'a container definition',
    'aws:ecs/taskDefinition:TaskDefinition',
    { containerDefinitions: '[{"name":"app","logConfiguration":{"logDriver":"cloudwatch"}}]' },
    'containerDefinitions.Image is required',
  ],
  [
    'container properties of a job',
    'aws:batch/jobDefinition:JobDefinition',
    {
      type: 'container',
      containerProperties: '{"image":"app","resourceRequirements":[{"type":"VCPU"}],"user":{}}',
    },
    'containerProperties.user must be string, not {}',
  ],
];

const texts: [what: string, inputs: Inputs, told: string][] = [
  [
    'an action',
    { policy: '{"Statement":[{"Effect":"Allow","Action":"dynamodb:GetItems","Resource":"*"}]}' },
    'dynamodb:GetItems is no action',
  ],
  [
    'actions by a pattern',
    { policy: '{"Statement":{"Effect":"Allow","Action":["s3:Fetch*"],"Resource":"*"}}' },
    's3:Fetch* is no action',
  ],
  [
    'a condition key',
    {
      assumeRolePolicy:
        '{"Statement":{"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:Sources":"1"}}}}',
    },
    'aws:Sources is no condition key',
  ],
  [
    'an operator',
    { policy: '{"Statement":{"Action":"s3:*","Condition":{"StringEqual":{"aws:SourceArn":"1"}}}}' },
    'StringEqual is no operator',
  ],
  [
    'an event',
    { eventPattern: '{"source":["aws.s3"],"detail-type":["Object Made"]}' },
    'aws.s3 sends no "Object Made"',
  ],
  [
    'a field of an event',
    {
      eventPattern:
        '{"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"bucket":{"arn":["a"]}}}',
    },
    'the event has no detail.bucket.arn',
  ],
  ['a metric', { namespace: 'AWS/SQS', metricName: 'Messages' }, 'AWS/SQS has no Messages'],
  ['a workflow', { definition: '{"StartAt":"Away","States":{"Here":{"Type":"Succeed"}}}' }, 'StartAt'],
];

describe("AWS's own schemas", () => {
  for (const [what, type, inputs, told] of breaches) {
    it(`show ${what}`, () => {
      expect(checkInputs(type, inputs).breaches).to.include(told);
    });
  }

  for (const [what, inputs, told] of texts) {
    it(`show ${what} that AWS does not have`, async () => {
      expect((await textBreaches(inputs)).join('\n')).to.include(told);
    });
  }

  describe('hold in both stacks, with every setting at its own and at another value', function () {
    this.timeout(120_000);
    let coverage: Coverage;
    before(async () => {
      coverage = await coverageOf(await allPlans());
    });

    it('without a breach', () => {
      expect([...coverage.breaches]).to.deep.equal([]);
    });

    it('for every input but those of which types.ts says why not', () => {
      const unmapped = [...coverage.types].flatMap(([type, one]) =>
        [...one.unmapped].map((path) => `${type} ${path}`),
      );
      const listed = Object.entries(awsTypes).flatMap(([type, { without = {} }]) =>
        Object.keys(without).map((path) => `${type} ${path}`),
      );
      expect(unmapped).to.have.members(listed);
    });

    it('for every type but those of which types.ts says why not', () => {
      expect([...coverage.types.keys()]).to.have.members(Object.keys(awsTypes));
    });
  });
});
