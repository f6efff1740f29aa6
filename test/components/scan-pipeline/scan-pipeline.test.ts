import { expect } from 'chai';
import {
  type ScanJobKindArgs,
  ScanPipeline,
  type ScanPipelineArgs,
} from '../../../components/scan-pipeline/index.ts';
import { announcements, githubHost, githubPath } from '../../../contract/announcements.ts';
import { ofType, only, record, statements } from '../mocks.ts';

const kind = (name: string, part?: string, more: Partial<ScanJobKindArgs> = {}): ScanJobKindArgs => ({
  name,
  ...(part === undefined ? {} : { part }),
  command: ['node', `${name}.ts`],
  vcpu: 0.5,
  memoryMiB: 1024,
  timeoutSeconds: 600,
  attempts: 3,
  reads: [`in/${name}`],
  writes: [`out/*/${name}.json`],
  ...more,
});

const base: ScanPipelineArgs = {
  scansTableName: 'scans-table',
  scansTableArn: 'arn:aws:dynamodb:us-east-1:1:table/scans-table',
  jobsTableName: 'jobs-table',
  jobsTableArn: 'arn:aws:dynamodb:us-east-1:1:table/jobs-table',
  kinds: [kind('fetch', 'fetch'), kind('lint', 'scanner'), kind('summary', 'summary'), kind('other')],
  variables: { output: 'OUTPUT', arguments: 'ARGUMENTS', bucket: 'BUCKET' },
  event: { source: 'test.scans', detailType: 'Finished' },
  placement: { vpcId: 'vpc-1', subnetIds: ['subnet-a', 'subnet-b'] },
  image: { uri: 'registry.example/app@sha256:abc' },
};

const github = {
  name: 'github',
  url: 'https://api.github.com/repos/*/*/statuses/*',
  pathParameters: [...githubPath],
  token: 'Bearer token',
  host: githubHost,
  paths: { ...announcements.githubStatus.paths },
  template: announcements.githubStatus.template,
};

const resourcesOf = async (args: Partial<ScanPipelineArgs> = {}, options = {}) =>
  (await record(() => new ScanPipeline('scans', { ...base, ...args }), options)).resources;

const definitionOf = (text: unknown) => JSON.parse(String(text)).States;

describe('ScanPipeline', () => {
  it('executes the definitions with its own queue, jobs, tables and bucket', async () => {
    const resources = await resourcesOf({ concurrency: 2 });
    const machine = 'aws:sfn/stateMachine:StateMachine';
    const scan = definitionOf(only(resources, machine, 'scans-scan').inputs.definition);
    expect(scan.ScanJobs.MaxConcurrency).to.equal(2);
    expect(scan.Scan.Parameters.items).to.have.length(1);
    expect(scan.Scan.Parameters.items[0]).to.include({
      kind: 'lint',
      vcpu: '0.5',
      memory: '1024',
      timeout: 600,
    });
    expect(scan.Scan.Parameters.items[0].definition).to.match(/job-definition\/scans-jobs-lint-[0-9a-f]+:1$/);
    expect(scan.SaveResult.Parameters.TableName).to.equal('scans-table');
    const launch = definitionOf(only(resources, machine, 'scans-launch').inputs.definition);
    expect(launch).to.include.keys('Job fetch', 'Job lint', 'Job summary', 'Job other');
    expect(launch.MarkRunning.Parameters.TableName).to.equal('jobs-table');
  });

  it('executes other definitions where it is given some', async () => {
    const definition = (...names: string[]) => JSON.stringify(names.map((name) => `\${${name}}`));
    const resources = await resourcesOf({
      scanDefinition: definition('scansTable', 'jobQueue', 'bucket', 'eventBusName', 'job.lint'),
      launchDefinition: definition('jobsTable', 'job.other'),
    });
    const filled = (name: string) =>
      JSON.parse(String(only(resources, 'aws:sfn/stateMachine:StateMachine', name).inputs.definition));
    const scan = filled('scans-scan');
    expect([scan[0], scan[3]]).to.deep.equal(['scans-table', 'default']);
    expect(scan[1]).to.match(/:job-queue\/scans-jobs-queue-[0-9a-f]{7}$/);
    expect(scan[2]).to.match(/^scans-files-[0-9a-f]{7}$/);
    expect(scan[4]).to.match(/:job-definition\/scans-jobs-lint-[0-9a-f]{7}:1$/);
    const launch = filled('scans-launch');
    expect(launch[0]).to.equal('jobs-table');
    expect(launch[1]).to.match(/:job-definition\/scans-jobs-other-[0-9a-f]{7}:1$/);
  });

  it('lets each kind of job reach its own objects and no others', async () => {
    const resources = await resourcesOf();
    const bucket = only(resources, 'aws:s3/bucket:Bucket');
    for (const { name } of base.kinds) {
      const policy = only(resources, 'aws:iam/rolePolicy:RolePolicy', `scans-jobs-${name}-policy`).inputs
        .policy;
      const allowed = statements(policy).map(({ Action, Resource }) => [Action, Resource]);
      expect(allowed).to.have.length(2);
      expect(allowed[0]?.[0]).to.deep.equal(['s3:GetObject']);
      expect(String(allowed[0]?.[1])).to.match(new RegExp(`^arn:aws:s3:::${bucket.name}[^/]*/in/${name}$`));
      expect(allowed[1]?.[0]).to.deep.equal(['s3:AbortMultipartUpload', 's3:PutObject']);
      expect(String(allowed[1]?.[1])).to.match(new RegExp(`/out/\\*/${name}\\.json$`));
    }
  });

  it('keeps times below those that Batch keeps in the container', async () => {
    const resources = await resourcesOf({
      kinds: [...base.kinds, kind('quick', undefined, { timeoutSeconds: 5 })],
    });
    const container = (name: string) => {
      const { containerProperties, timeout } = only(
        resources,
        'aws:batch/jobDefinition:JobDefinition',
        `scans-jobs-${name}`,
      ).inputs;
      return { command: JSON.parse(String(containerProperties)).command, timeout };
    };
    expect(container('quick')).to.deep.equal({
      command: ['timeout', '-s', 'KILL', '5', 'node', 'quick.ts'],
      timeout: { attemptDurationSeconds: 60 },
    });
    expect(container('lint')).to.deep.equal({
      command: ['node', 'lint.ts'],
      timeout: { attemptDurationSeconds: 600 },
    });
  });

  it('gives a job of the environment what its kind names', async () => {
    const kinds = base.kinds.map((one) =>
      one.name === 'fetch' ? { ...one, variables: ['HOSTS', 'UNSET'] } : one,
    );
    const resources = await resourcesOf({ kinds, environment: { HOSTS: 'a.example', SECRET: 'x' } });
    const names = (job: string) => {
      const { inputs } = only(resources, 'aws:batch/jobDefinition:JobDefinition', `scans-jobs-${job}`);
      return JSON.parse(String(inputs.containerProperties)).environment.map(
        ({ name }: { name: string }) => name,
      );
    };
    expect(names('fetch')).to.have.members(['BUCKET', 'HOSTS']);
    expect(names('lint')).to.deep.equal(['BUCKET']);
  });

  it('takes up executions that broke off, but not those that it started for that', async () => {
    const resources = await resourcesOf();
    for (const name of ['scans-scan-ended', 'scans-launch-ended']) {
      const { inputs } = only(resources, 'aws:cloudwatch/eventRule:EventRule', name);
      const { detail } = JSON.parse(String(inputs.eventPattern));
      expect(detail.status).to.deep.equal(['ABORTED', 'FAILED', 'TIMED_OUT']);
      expect(detail.input).to.deep.equal([{ 'anything-but': { prefix: '{"version"' } }]);
      const target = only(resources, 'aws:cloudwatch/eventTarget:EventTarget', name).inputs;
      expect(target.deadLetterConfig).to.have.property('arn');
    }
  });

  it('announces ends to GitHub at the URL of the commit, and to nobody unless asked', async () => {
    const silent = await resourcesOf();
    expect(ofType(silent, 'aws:cloudwatch/eventApiDestination:EventApiDestination')).to.deep.equal([]);
    const resources = await resourcesOf({ announcements: [github] });
    const pattern = only(resources, 'aws:cloudwatch/eventRule:EventRule', 'scans-github').inputs.eventPattern;
    expect(JSON.parse(String(pattern))).to.deep.include({
      source: ['test.scans'],
      detail: { host: ['github.com'], commit: [{ 'anything-but': 'unknown' }] },
    });
    const { inputs } = only(resources, 'aws:cloudwatch/eventTarget:EventTarget', 'scans-github');
    expect(inputs.httpTarget).to.deep.equal({ pathParameterValues: [...githubPath] });
    expect(inputs.inputTransformer).to.deep.equal({
      inputPaths: github.paths,
      inputTemplate: github.template,
    });
    const destination = only(resources, 'aws:cloudwatch/eventApiDestination:EventApiDestination').inputs;
    expect(destination).to.include({ httpMethod: 'POST', invocationEndpoint: github.url });
  });

  it('has alarms on what failed, waits or was lost, and none unasked', async () => {
    const alarm = 'aws:cloudwatch/metricAlarm:MetricAlarm';
    expect(ofType(await resourcesOf(), alarm)).to.deep.equal([]);
    const topic = 'arn:aws:sns:us-east-1:1:topic';
    const resources = await resourcesOf({ alarmActionArns: [topic] });
    const alarms = ofType(resources, alarm);
    expect(alarms.map(({ name }) => name)).to.deep.equal([
      'scans-dead-letters',
      'scans-jobs-blocked',
      'scans-launch-executions',
      'scans-scan-executions',
    ]);
    for (const { name, inputs } of alarms) expect(inputs.alarmActions, name).to.deep.equal([topic]);
    for (const machine of ['scan', 'launch']) {
      const { metricQueries } = only(resources, alarm, `scans-${machine}-executions`).inputs;
      expect(JSON.stringify(metricQueries)).to.match(
        new RegExp(`ExecutionsFailed.*stateMachine:scans-${machine}-`),
      );
    }
  });

  it('has the same resources when every output is unknown', async () => {
    const names = async (options: object) =>
      (await resourcesOf({ announcements: [github] }, options))
        .map(({ type, name }) => `${type} ${name}`)
        .sort();
    expect(await names({ unknownOutputs: true })).to.deep.equal(await names({}));
  });

  it('names every problem of its arguments at once', async () => {
    const kinds = [kind('a', 'scaner'), kind('b', undefined, { timeoutSeconds: 4 })];
    const announcement = { ...github, url: 'http://x' };
    const error = await resourcesOf({ kinds, concurrency: 0, announcements: [announcement] }).then(
      () => 'nothing was wrong',
      ({ message }) => message,
    );
    for (const part of [
      'ScanPipeline "scans"',
      'needs one with the part fetch, not 0',
      'needs one with the part summary, not 0',
      'at least one with the part scanner',
      'a: part must be fetch, scanner or summary, not scaner',
      'b: timeoutSeconds must be 5 to 1800, not 4',
      'concurrency must be 1 to 40, not 0',
      'the url of github must begin with https://',
    ])
      expect(error).to.include(part);
  });
});
