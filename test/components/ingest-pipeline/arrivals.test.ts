import { expect } from 'chai';
import { IngestPipeline } from '../../../components/ingest-pipeline/index.ts';
import { ofType, only, type PlannedResource, record, resolved, statements } from '../mocks.ts';
import { least, permissions, resourcesOf, shorten, slack, topic } from './fixture.ts';

const pattern = (resources: PlannedResource[], name: string) =>
  shorten(
    JSON.parse(String(only(resources, 'aws:cloudwatch/eventRule:EventRule', name).inputs.eventPattern)),
  );

const target = (resources: PlannedResource[], name: string) =>
  only(resources, 'aws:cloudwatch/eventTarget:EventTarget', name).inputs;

const alarm = (resources: PlannedResource[], role: string) =>
  only(resources, 'aws:cloudwatch/metricAlarm:MetricAlarm', `ingest-${role}`).inputs;

describe('IngestPipeline, events', () => {
  it('starts an execution for what arrives under its prefix in its bucket, whatever its size', async () => {
    expect(pattern(await resourcesOf(), 'ingest-created')).to.equal(
      '{source:[aws.s3],detail-type:[Object Created],' +
        'detail:{bucket:{name:[ingest-files]},object:{key:[{prefix:incoming/}]}}}',
    );
  });

  it('starts one for executions of its own that were aborted or took too long', async () => {
    expect(pattern(await resourcesOf(), 'ingest-ended')).to.equal(
      '{source:[aws.states],detail-type:[Step Functions Execution Status Change],' +
        'detail:{stateMachineArn:[states:stateMachine:ingest-state-machine],status:[ABORTED,TIMED_OUT]}}',
    );
  });

  it('tries every target for a day, and keeps what it could not deliver', async () => {
    const resources = await resourcesOf({ slack });
    const targets = ofType(resources, 'aws:cloudwatch/eventTarget:EventTarget');
    expect(targets.map(({ name }) => name)).to.deep.equal([
      'ingest-created',
      'ingest-ended',
      'ingest-failed',
    ]);
    for (const { name, inputs } of targets) {
      expect(inputs.retryPolicy, name).to.deep.equal({
        maximumEventAgeInSeconds: 86_400,
        maximumRetryAttempts: 185,
      });
      expect(shorten(inputs.deadLetterConfig), name).to.equal('{arn:sqs:ingest-undelivered}');
    }
    for (const name of ['ingest-created', 'ingest-ended']) {
      expect(shorten(target(resources, name).arn)).to.equal('states:stateMachine:ingest-state-machine');
      expect(shorten(target(resources, name).roleArn)).to.equal('iam:role/ingest-start');
      // The state machine is made for whole events.
      expect(target(resources, name)).not.to.have.any.keys('input', 'inputPath', 'inputTransformer');
    }
  });

  it('starts executions by a role that does nothing else, for these rules alone', async () => {
    const resources = await resourcesOf();
    expect(permissions(resources, 'ingest-start-policy')).to.deep.equal([
      'states:StartExecution on [states:stateMachine:ingest-state-machine]',
    ]);
    const [trust] = statements(only(resources, 'aws:iam/role:Role', 'ingest-start').inputs.assumeRolePolicy);
    expect(trust?.Principal).to.deep.equal({ Service: 'events.amazonaws.com' });
    expect(shorten(trust?.Condition)).to.equal(
      '{StringEquals:{aws:SourceAccount:123456789012},' +
        'ArnLike:{aws:SourceArn:[events:rule/ingest-created,events:rule/ingest-ended]}}',
    );
  });

  it('has queues that keep messages for two weeks, encrypted, refuse plaintext, and admit these rules alone', async () => {
    const resources = await resourcesOf({ slack });
    for (const name of ['ingest-failures', 'ingest-undelivered']) {
      expect(only(resources, 'aws:sqs/queue:Queue', name).inputs).to.deep.equal({
        messageRetentionSeconds: 1_209_600,
        sqsManagedSseEnabled: true,
        tags: {},
      });
    }
    const policy = (name: string) =>
      statements(only(resources, 'aws:sqs/queuePolicy:QueuePolicy', name).inputs.policy);
    const [refusal, ...others] = policy('ingest-failures');
    expect(others).to.deep.equal([]);
    expect(refusal).to.deep.include({
      Effect: 'Deny',
      Principal: '*',
      Action: ['sqs:*'],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    expect(shorten(refusal?.Resource)).to.equal('[sqs:ingest-failures]');
    const [deny, allow] = policy('ingest-undelivered');
    expect({ ...deny, Resource: refusal?.Resource }).to.deep.equal(refusal);
    expect(shorten(allow?.Condition)).to.equal(
      '{ArnEquals:{aws:SourceArn:[events:rule/ingest-created,events:rule/ingest-ended,events:rule/ingest-failed]}}',
    );
    expect(allow).to.deep.include({
      Principal: { Service: 'events.amazonaws.com' },
      Action: ['sqs:SendMessage'],
    });
  });
});

describe('IngestPipeline, notification', () => {
  it('tells Slack, with a token that shows nowhere', async () => {
    const resources = await resourcesOf({ slack });
    expect(JSON.stringify(resources)).not.to.include('xoxb-1');
    let sent: unknown;
    await resourcesOf(
      { slack },
      {
        simulate: (type, _name, inputs) => {
          if (type === 'aws:cloudwatch/eventConnection:EventConnection') sent = inputs.authParameters;
          return undefined;
        },
      },
    );
    // Within the marks of a secret, as the engine gets it.
    expect(JSON.stringify(sent)).to.include('{"key":"Authorization","value":"Bearer xoxb-1"}');
    const connection = only(resources, 'aws:cloudwatch/eventConnection:EventConnection').inputs;
    expect(connection).to.deep.include({
      authorizationType: 'API_KEY',
      authParameters: { apiKey: { key: 'Authorization', value: '[secret]' } },
    });
    expect(only(resources, 'aws:cloudwatch/eventApiDestination:EventApiDestination').inputs).to.deep.include({
      httpMethod: 'POST',
      invocationEndpoint: 'https://slack.com/api/chat.postMessage',
      invocationRateLimitPerSecond: 1,
    });
    expect(pattern(resources, 'ingest-failed')).to.equal(
      '{source:[trellis.ingest],detail-type:[Ingest Failed],resources:[states:stateMachine:ingest-state-machine]}',
    );
    expect(permissions(resources, 'ingest-notify-policy')).to.deep.equal([
      'events:InvokeApiDestination on [events:api-destination/ingest-notification/11111111-2222]',
    ]);
  });

  it('fills the message for Slack in as JSON, whatever the reason holds', async () => {
    const { inputTransformer } = target(await resourcesOf({ slack }), 'ingest-failed');
    const { inputPaths, inputTemplate } = inputTransformer as {
      inputPaths: Record<string, string>;
      inputTemplate: string;
    };
    const event = {
      detail: {
        ingest_id: 'a-1',
        key: 'incoming/prices/a.csv',
        reason: 'it says "no"\n',
        execution: 'arn:x',
      },
    };
    expect(JSON.parse(filled(inputTemplate, inputPaths, event))).to.deep.equal({
      channel: 'C0123456789',
      text: 'Ingest Failed',
      attachments: [
        {
          color: 'danger',
          fields: [
            { title: 'File', value: 'incoming/prices/a.csv', short: false },
            { title: 'Reason', value: 'it says "no"\n', short: false },
            { title: 'Id', value: 'a-1', short: false },
            { title: 'Execution', value: 'arn:x', short: false },
          ],
        },
      ],
    });
  });

  it('tells any other receiver the whole event', async () => {
    const webhook = { url: 'https://hooks.example/x', token: 'Bearer t' };
    const resources = await resourcesOf({ webhook: { ...webhook, header: 'X-Token' } });
    expect(
      only(resources, 'aws:cloudwatch/eventApiDestination:EventApiDestination').inputs.invocationEndpoint,
    ).to.equal('https://hooks.example/x');
    const header = (all: PlannedResource[]) =>
      (
        only(all, 'aws:cloudwatch/eventConnection:EventConnection').inputs.authParameters as {
          apiKey: { key: string };
        }
      ).apiKey.key;
    expect(header(resources)).to.equal('X-Token');
    expect(header(await resourcesOf({ webhook }))).to.equal('Authorization');
    const { inputPaths, inputTemplate } = target(resources, 'ingest-failed').inputTransformer as {
      inputPaths: Record<string, string>;
      inputTemplate: string;
    };
    const event = { source: 'trellis.ingest', 'detail-type': 'Ingest Failed', detail: { key: 'k"' } };
    expect(JSON.parse(filled(inputTemplate, inputPaths, event))).to.deep.equal({
      text: 'Ingest Failed',
      source: 'trellis.ingest',
      detail_type: 'Ingest Failed',
      detail: { key: 'k"' },
    });
  });
});

/** What EventBridge does with a template: a variable outside of quotes becomes its value as JSON. */
function filled(template: string, paths: Record<string, string>, event: unknown): string {
  return template.replace(/<(\w+)>/g, (_, name: string) => {
    const steps = String(paths[name]).split('.').slice(1);
    return JSON.stringify(steps.reduce((value, step) => (value as Record<string, unknown>)[step], event));
  });
}

describe('IngestPipeline, alarms', () => {
  it('are on what waits for somebody, on files that wait, and on executions that did not succeed', async () => {
    const resources = await resourcesOf({ alarmActionArns: [topic], backlogMinutes: 30 });
    for (const { inputs } of ofType(resources, 'aws:cloudwatch/metricAlarm:MetricAlarm')) {
      expect(inputs).to.deep.include({
        alarmActions: [topic],
        okActions: [topic],
        treatMissingData: 'notBreaching',
      });
    }
    const queueAlarm = {
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      threshold: 0,
    };
    expect(alarm(resources, 'failures')).to.deep.include(queueAlarm);
    expect(shorten(alarm(resources, 'failures').dimensions)).to.equal('{QueueName:ingest-failures}');
    expect(alarm(resources, 'undelivered')).to.deep.include(queueAlarm);
    expect(shorten(alarm(resources, 'undelivered').dimensions)).to.equal('{QueueName:ingest-undelivered}');
    expect(alarm(resources, 'backlog')).to.deep.include({
      namespace: 'AWS/States',
      metricName: 'ExecutionTime',
      statistic: 'Maximum',
      threshold: 1_800_000,
    });
    expect(alarm(await resourcesOf({ alarmActionArns: [topic] }), 'backlog').threshold).to.equal(7_200_000);
    const queries = alarm(resources, 'executions').metricQueries as Record<string, unknown>[];
    expect(queries[0]).to.deep.include({
      expression: 'FILL(m0, 0) + FILL(m1, 0) + FILL(m2, 0)',
      returnData: true,
    });
    expect(queries.slice(1).map(({ metric }) => (metric as { metricName: string }).metricName)).to.deep.equal(
      ['ExecutionsFailed', 'ExecutionsAborted', 'ExecutionsTimedOut'],
    );
    expect(only(resources, 'aws:cloudwatch/metricAlarm:MetricAlarm', 'ingest-jobs-blocked').parent).to.equal(
      'ingest-jobs',
    );
  });

  it('are told by their ARNs, the queue’s among them', async () => {
    await record(async () => {
      const { alarmArns } = new IngestPipeline('ingest', { ...least, alarmActionArns: [topic] });
      const roles = ['failures', 'undelivered', 'backlog', 'executions', 'jobs-blocked'];
      expect(shorten(await Promise.all(alarmArns.map((arn) => resolved(arn))))).to.equal(
        `[${roles.map((role) => `cloudwatch:alarm:ingest-${role}`).join(',')}]`,
      );
      expect(new IngestPipeline('quiet', least).alarmArns).to.deep.equal([]);
    });
  });

  it('are none where nobody is told', async () => {
    expect(ofType(await resourcesOf({ ...least }), 'aws:cloudwatch/metricAlarm:MetricAlarm')).to.deep.equal(
      [],
    );
  });
});
