import { expect } from 'chai';
import { only, type PlannedResource } from '../mocks.ts';
import { pattern, permissions, resourcesOf, slack, target } from './fixture.ts';

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
      '{source:[trellis.ingest],detail-type:[Ingest Failed,Ingest Retraction Failed],resources:[states:stateMachine:ingest-state-machine]}',
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
      'detail-type': 'Ingest Failed',
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
