import { expect } from 'chai';
import { readSettings } from '../../worker/settings.ts';

describe("the worker's settings", () => {
  const queue = {
    QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/orders',
    QUEUE_VISIBILITY_TIMEOUT_SECONDS: '60',
  };

  it('are what the component and ECS say', () => {
    const all = { ...queue, QUEUE_STOP_TIMEOUT_SECONDS: '90', ECS_AGENT_URI: 'http://169.254.170.2/api/x' };
    expect(readSettings(all)).to.deep.equal({
      queueUrl: queue.QUEUE_URL,
      visibilityTimeoutSeconds: 60,
      stopTimeoutSeconds: 90,
      agentUri: 'http://169.254.170.2/api/x',
    });
  });

  it('suit a container that ECS stops after its own default, or that does not run on ECS', () => {
    expect(readSettings(queue)).to.include({ stopTimeoutSeconds: 30, agentUri: undefined });
  });

  it('are refused with all that is wrong with them', () => {
    expect(() =>
      readSettings({ QUEUE_VISIBILITY_TIMEOUT_SECONDS: '0', QUEUE_STOP_TIMEOUT_SECONDS: 'x' }),
    ).to.throw(
      'the worker cannot start: QUEUE_URL must be the URL of a queue, not undefined; ' +
        'QUEUE_VISIBILITY_TIMEOUT_SECONDS must be a number of seconds above 0, not 0; ' +
        'QUEUE_STOP_TIMEOUT_SECONDS must be a number of seconds above 0, not x',
    );
  });
});
