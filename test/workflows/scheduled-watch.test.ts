import validate from 'asl-validator';
import { expect } from 'chai';
import { createExecutor, type Json } from '../../local/aws/executor.ts';
import { scheduledWatchDefinition } from '../../workflows/scheduled-watch.ts';

const definition = scheduledWatchDefinition({ table: 'tasks', waitSeconds: 608_400 });
const time = '2026-03-02T08:00:00Z';

async function watch(item: Json) {
  const asked: Json[] = [];
  const executor = createExecutor({
    name: 'watch',
    definition,
    retryPause: 0,
    services: {
      'arn:aws:states:::dynamodb:getItem': async (parameters) => {
        asked.push(parameters);
        return item === undefined ? {} : { Item: item };
      },
    },
  });
  const { status, state } = await executor.start({ id: 'weekly', time }).ended;
  return { status, state, asked };
}

describe('the state machine that waits for the next run', () => {
  it('is valid, and waits as long as it is told', () => {
    const { isValid, errorsText } = validate(definition);
    expect(isValid, errorsText('\n')).to.equal(true);
    expect(definition.States.WaitForNextRun?.Seconds).to.equal(608_400);
    expect(definition.TimeoutSeconds).to.be.greaterThan(608_400);
  });

  it('succeeds when a later run has begun', async () => {
    const { status, asked } = await watch({ scheduled_time: { S: '2026-03-09T08:00:00Z' } });
    expect(status).to.equal('SUCCEEDED');
    expect(asked).to.deep.equal([{ TableName: 'tasks', Key: { id: { S: 'weekly' } }, ConsistentRead: true }]);
  });

  for (const [title, item] of [
    ['the run is still the last one', { scheduled_time: { S: time } }],
    ['the record is gone', undefined],
  ] as const)
    it(`fails when ${title}`, async () => {
      expect(await watch(item)).to.deep.include({ status: 'FAILED', state: 'NextRunMissed' });
    });
});
