import { expect } from 'chai';
import { AlarmTopic, type AlarmTopicArgs, Monitoring } from '../../../components/monitoring/index.ts';
import { children, ofType, only, record, statements } from '../mocks.ts';
import { service } from './fixture.ts';

type Options = Parameters<typeof record>[1];

async function topicOf(args?: AlarmTopicArgs, options?: Options) {
  const { resources } = await record(() => void new AlarmTopic('alarms', args), options);
  return resources;
}

async function refusal(args: AlarmTopicArgs): Promise<string> {
  let message = '';
  await record(() => {
    try {
      new AlarmTopic('alarms', args);
    } catch (error) {
      message = (error as Error).message;
    }
  });
  return message;
}

const everything: AlarmTopicArgs = {
  emails: ['ops@example.com', 'night@example.com'],
  slack: { workspaceId: 'T07EA123LEP', channelId: 'C07EZ1ABC23' },
  customerKey: true,
  tags: { team: 'web' },
};

describe('AlarmTopic', () => {
  it('is a topic, without more', async () => {
    const resources = await topicOf();
    expect(children(resources, 'alarms')).to.deep.equal([
      'aws:sns/topic:Topic alarms-topic',
      'aws:sns/topicPolicy:TopicPolicy alarms-policy',
    ]);
    expect(only(resources, 'aws:sns/topic:Topic').inputs).to.deep.equal({ tags: {} });
  });

  it('admits the alarms of this account alone, encrypted in transit', async () => {
    const topic = 'arn:aws:sns:us-east-1:123456789012:alarms-topic';
    const shortened = statements(only(await topicOf(), 'aws:sns/topicPolicy:TopicPolicy').inputs.policy).map(
      (statement) => JSON.parse(JSON.stringify(statement).replaceAll(/(alarms-topic)-[0-9a-f]{7}/g, '$1')),
    );
    expect(shortened).to.deep.equal([
      {
        Sid: 'RefusePlaintext',
        Effect: 'Deny',
        Principal: '*',
        Action: ['sns:Publish'],
        Resource: [topic],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['sns:Publish'],
        Resource: [topic],
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      },
    ]);
  });

  it('has every child that is asked for, tagged', async () => {
    const resources = await topicOf(everything);
    expect(children(resources, 'alarms')).to.deep.equal([
      'aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration alarms-slack',
      'aws:iam/role:Role alarms-slack-role',
      'aws:kms/key:Key alarms-key',
      'aws:sns/topic:Topic alarms-topic',
      'aws:sns/topicPolicy:TopicPolicy alarms-policy',
      'aws:sns/topicSubscription:TopicSubscription alarms-email-night@example.com',
      'aws:sns/topicSubscription:TopicSubscription alarms-email-ops@example.com',
    ]);
    for (const { name, inputs } of resources.filter(({ inputs }) => 'tags' in inputs)) {
      expect(inputs.tags, name).to.deep.equal({ team: 'web' });
    }
    const addresses = ofType(resources, 'aws:sns/topicSubscription:TopicSubscription').map(({ inputs }) => [
      inputs.protocol,
      inputs.endpoint,
    ]);
    expect(addresses).to.deep.equal([
      ['email', 'night@example.com'],
      ['email', 'ops@example.com'],
    ]);
  });

  it('is told only once it admits alarms', async () => {
    const { resources } = await record(() => {
      const { topicArn } = new AlarmTopic('alarms');
      new Monitoring('watch', { alarmActionArns: [topicArn], services: [service] });
    });
    const alarm = only(resources, 'aws:cloudwatch/metricAlarm:MetricAlarm', 'watch-api-cpu');
    expect(alarm.options.dependsOn).to.include('alarms-policy');
    expect((alarm.inputs.alarmActions as string[])[0]).to.contain(':alarms-topic-');
  });

  it('takes a key that there is in place of one of its own', async () => {
    const resources = await topicOf({ customerKey: true, keyArn: 'arn:key' });
    expect(only(resources, 'aws:sns/topic:Topic').inputs.kmsMasterKeyId).to.equal('arn:key');
    expect(ofType(resources, 'aws:kms/key:Key')).to.deep.equal([]);
  });

  it('takes a customer key that CloudWatch may use: with SNS’s own no alarm could publish', async () => {
    const resources = await topicOf({ customerKey: true });
    const { policy, ...key } = only(resources, 'aws:kms/key:Key').inputs;
    expect(key).to.deep.equal({
      description: 'Messages of alarms',
      enableKeyRotation: true,
      deletionWindowInDays: 7,
      tags: {},
    });
    expect(only(resources, 'aws:sns/topic:Topic').inputs.kmsMasterKeyId).to.contain(':key/alarms-key-');
    const [manage, publish, ...others] = statements(policy);
    expect(others).to.deep.equal([]);
    expect(manage?.Principal).to.deep.equal({ AWS: 'arn:aws:iam::123456789012:root' });
    // Whoever cannot put a policy can never change or delete the key again; who manages need not read.
    expect(manage?.Action).to.include.members(['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion']);
    for (const action of (manage?.Action ?? []) as string[]) {
      expect(action).not.to.match(/\*|crypt|GenerateDataKey|CreateGrant/);
    }
    expect(publish).to.deep.equal({
      Sid: 'Publish',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
    });
  });

  it('tells Slack, and takes no commands from there', async () => {
    const resources = await topicOf(everything);
    const { inputs } = only(resources, 'aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration');
    expect(inputs).to.deep.include({
      configurationName: 'trellis-test-alarms',
      slackTeamId: 'T07EA123LEP',
      slackChannelId: 'C07EZ1ABC23',
      guardrailPolicyArns: ['arn:aws:iam::aws:policy/AWSDenyAll'],
      loggingLevel: 'ERROR',
    });
    expect((inputs.snsTopicArns as string[])[0]).to.contain(':alarms-topic-');
    expect(statements(only(resources, 'aws:iam/role:Role').inputs.assumeRolePolicy)).to.deep.equal([
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'chatbot.amazonaws.com' } },
    ]);
    expect(ofType(resources, 'aws:iam/rolePolicy:RolePolicy')).to.deep.equal([]);
  });

  it('registers the same resources when nothing is known yet', async () => {
    const names = async (options: Options) =>
      (await topicOf(everything, options)).map(({ type, name }) => `${type} ${name}`).sort();
    expect(await names({ unknownOutputs: true })).to.deep.equal(await names({}));
  });

  it('refuses what nobody can be told by', async () => {
    expect(await refusal({ emails: ['ops@example.com', 'ops@example.com'] })).to.equal(
      'AlarmTopic "alarms": emails: ops@example.com is given more than once',
    );
    expect(await refusal({ emails: ['ops'] })).to.equal(
      'AlarmTopic "alarms": emails: "ops" is no e-mail address',
    );
    expect(await refusal({ slack: { workspaceId: 'team', channelId: '#alarms' } })).to.equal(
      'AlarmTopic "alarms": ' +
        '\n  - slack.workspaceId must be a workspace\'s id such as T07EA123LEP, not "team"' +
        '\n  - slack.channelId must be a channel\'s id such as C07EZ1ABC23, not "#alarms"',
    );
  });

  it('grants to publish, and says the same as JSON; a key for alarms alone admits no role', async () => {
    const keyArn = 'arn:aws:kms:us-east-1:123456789012:key/1';
    const { resources, outputs } = await record(() => {
      const topic = new AlarmTopic('alarms', { keyArn });
      topic.grantPublish('worker', 'role');
      const closed = new AlarmTopic('closed', { customerKey: true });
      let message = '';
      try {
        closed.grantPublish('worker', 'role');
      } catch (error) {
        message = (error as Error).message;
      }
      return { policy: topic.publishPolicyJson, closed: closed.publishPolicyJson === undefined, message };
    });
    const policies = ofType(resources, 'aws:iam/rolePolicy:RolePolicy');
    expect(policies.map(({ name }) => name)).to.deep.equal(['alarms-worker', 'alarms-worker-key-use']);
    expect(policies.flatMap(({ inputs }) => statements(inputs.policy))).to.deep.equal(
      statements(outputs.policy),
    );
    const [publish, use] = statements(outputs.policy);
    expect(publish).to.deep.include({ Action: ['sns:Publish'] });
    expect(use).to.deep.include({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: [keyArn] });
    expect(outputs.closed).to.equal(true);
    expect(outputs.message).to.match(/^AlarmTopic "closed": with customerKey only alarms can publish/);
  });
});
