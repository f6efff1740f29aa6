import { expect } from 'chai';
import { ofType, only, statements } from '../mocks.ts';
import { pattern, permissions, resourcesOf, shorten, slack, target } from './fixture.ts';

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
      expect(shorten(inputs.deadLetterConfig), name).to.equal('{arn:sqs:ingest-dead-letters}');
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
    for (const name of ['ingest-failures', 'ingest-dead-letters']) {
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
    const [deny, allow] = policy('ingest-dead-letters');
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
