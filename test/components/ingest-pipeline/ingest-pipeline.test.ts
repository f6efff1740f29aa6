import { expect } from 'chai';
import { IngestPipeline } from '../../../components/ingest-pipeline/index.ts';
import { children, only, type PlannedResource, record, resolved } from '../mocks.ts';
import { least, resourcesOf, shorten, slack, topic } from './fixture.ts';

const common = [
  'aws:cloudwatch/eventRule:EventRule ingest-created',
  'aws:cloudwatch/eventRule:EventRule ingest-ended',
  'aws:cloudwatch/eventTarget:EventTarget ingest-created',
  'aws:cloudwatch/eventTarget:EventTarget ingest-ended',
  'aws:cloudwatch/logGroup:LogGroup ingest-executions',
  'aws:iam/role:Role ingest-start',
  'aws:iam/role:Role ingest-state-machine',
  'aws:iam/rolePolicy:RolePolicy ingest-start-policy',
  'aws:iam/rolePolicy:RolePolicy ingest-state-machine-policy',
  'aws:s3/bucketNotification:BucketNotification ingest-notification',
  'aws:sfn/stateMachine:StateMachine ingest-state-machine',
  'trellis:index:JobQueue ingest-jobs',
  'trellis:index:PrivateBucket ingest-files',
  'trellis:index:Queue ingest-dead-letters',
  'trellis:index:Queue ingest-failures',
];

const told = [
  'aws:cloudwatch/eventApiDestination:EventApiDestination ingest-notification',
  'aws:cloudwatch/eventConnection:EventConnection ingest-notification',
  'aws:cloudwatch/eventRule:EventRule ingest-failed',
  'aws:cloudwatch/eventTarget:EventTarget ingest-failed',
  'aws:iam/role:Role ingest-notify',
  'aws:iam/rolePolicy:RolePolicy ingest-notify-policy',
];

const alarms = ['backlog', 'executions', 'failures', 'dead-letters'].map(
  (role) => `aws:cloudwatch/metricAlarm:MetricAlarm ingest-${role}`,
);

describe('IngestPipeline', () => {
  it('is a bucket, rules, a state machine, a job queue and two queues; more only where somebody is told', async () => {
    expect(children(await resourcesOf(), 'ingest')).to.deep.equal(common);
    const all = await resourcesOf({ slack, alarmActionArns: [topic], origins: ['https://a.example'] });
    const cors = 'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration ingest-cors';
    expect(children(all, 'ingest')).to.deep.equal([...common, ...told, ...alarms, cors].sort());
  });

  it('has the same resources when every output is unknown', async () => {
    const args = { slack, alarmActionArns: [topic], origins: ['https://a.example'] };
    const names = (resources: PlannedResource[]) =>
      resources.map(({ type, name }) => `${type} ${name}`).sort();
    const unknown = await resourcesOf(args, { unknownOutputs: true });
    expect(names(unknown)).to.deep.equal(names(await resourcesOf(args)));
  });

  it('has nothing that costs while nothing arrives', async () => {
    const types = new Set((await resourcesOf()).map(({ type }) => type));
    const paid =
      /natGateway|vpcEndpoint|ecs\/service|ec2\/instance|loadBalancer|metricAlarm|dashboard|secret:|kms|elasticIp|eip/i;
    expect([...types].filter((type) => paid.test(type))).to.deep.equal([]);
  });

  it('has names that AWS takes: only the log group, which must be called as Step Functions wants it, has a fixed one', async () => {
    const resources = await resourcesOf({ slack, alarmActionArns: [topic] });
    const fixed = resources.filter(({ inputs }) => inputs.name !== undefined || inputs.bucket === 'x');
    expect(fixed.map(({ name, inputs }) => [name, inputs.name])).to.deep.equal([
      ['ingest-executions', '/aws/vendedlogs/states/trellis-test-ingest'],
    ]);
    const longest = 'i'.repeat(40);
    const long = await record(
      () => void new IngestPipeline(longest, { ...least, slack, alarmActionArns: [topic] }),
    );
    const limits: [RegExp, number][] = [
      [/iam\/role:/, 64],
      [/eventRule:|eventApiDestination|eventConnection/, 64],
      [/sqs\/queue:/, 80],
      [/stateMachine/, 80],
      [/batch\//, 128],
      [/s3\/bucket:/, 63],
    ];
    for (const { type, name } of long.resources) {
      const limit = limits.find(([pattern]) => pattern.test(type))?.[1] ?? 255;
      // Pulumi adds a hyphen and seven digits.
      expect(name.length + 8, `${type} ${name}`).to.be.at.most(limit);
    }
  });

  it('keeps versions, cleans up after uploads, and removes files only when told', async () => {
    const rules = async (args = {}) =>
      only(await resourcesOf(args), 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration').inputs
        .rules as { id: string; expiration?: unknown }[];
    expect((await rules()).map(({ id }) => id)).to.deep.equal([
      'abort-multipart-uploads',
      'expire-old-versions',
    ]);
    const expiries = async (args = {}) => (await rules({ expireDays: 90, ...args })).slice(2);
    const expiration = { days: 90 };
    expect(await expiries()).to.deep.equal([
      { id: 'expire', status: 'Enabled', filter: { prefix: '' }, expiration },
    ]);
    const kept = { outputPrefixes: ['rejects/'], keptPrefixes: ['rollups/'] };
    expect(await expiries(kept)).to.deep.equal(
      ['incoming', 'rejects'].map((prefix) => ({
        id: `expire-${prefix}`,
        status: 'Enabled',
        filter: { prefix: `${prefix}/` },
        expiration,
      })),
    );
    expect(await rules(kept)).to.have.length(2);
    const resources = await resourcesOf({ forceDestroy: true });
    expect(only(resources, 'aws:s3/bucket:Bucket').inputs.forceDestroy).to.equal(true);
    expect(only(await resourcesOf(), 'aws:s3/bucket:Bucket').inputs.forceDestroy).to.equal(false);
    expect(
      only(resources, 'aws:s3/bucketVersioning:BucketVersioning').inputs.versioningConfiguration,
    ).to.deep.equal({
      status: 'Enabled',
    });
    expect(only(resources, 'aws:s3/bucketNotification:BucketNotification').inputs.eventbridge).to.equal(true);
  });

  it('lets pages of the origins upload, whenever those become known', async () => {
    const type = 'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration';
    const { corsRules } = only(await resourcesOf({ origins: ['https://a.example'] }), type).inputs;
    expect(corsRules).to.deep.equal([
      {
        allowedMethods: ['GET', 'PUT'],
        allowedOrigins: ['https://a.example'],
        allowedHeaders: ['*'],
        exposeHeaders: ['ETag'],
        maxAgeSeconds: 3600,
      },
    ]);
    const { resources } = await record(() => {
      new IngestPipeline('ingest', least).allowOrigins(['https://b.example']);
      const given = new IngestPipeline('given', { ...least, origins: ['https://a.example'] });
      expect(() => given.allowOrigins(['https://b.example'])).to.throw(
        'IngestPipeline "given": it was given origins already',
      );
    });
    expect(only(resources, type, 'ingest-cors').inputs.corsRules).to.deep.equal([
      { ...(corsRules as object[])[0], allowedOrigins: ['https://b.example'] },
    ]);
  });

  it('says what a service needs to sign uploads and to start a file again', async () => {
    await record(async () => {
      const pipeline = new IngestPipeline('ingest', {
        ...least,
        outputPrefixes: ['rejects/'],
        keptPrefixes: ['rollups/'],
      });
      const described = await Promise.all(
        pipeline.serviceStatements().map(async ({ actions, resources }) => {
          const arns = await Promise.all(resources.map((arn) => resolved(arn)));
          return `${actions.join(' ')} on ${shorten(arns)}`;
        }),
      );
      expect(described).to.deep.equal([
        's3:PutObject on [s3:ingest-files/incoming/*]',
        's3:GetObject on [s3:ingest-files/incoming/*,s3:ingest-files/rejects/*]',
        's3:ListBucket on [s3:ingest-files]',
        'states:StartExecution on [states:stateMachine:ingest-state-machine]',
      ]);
    });
  });
});
