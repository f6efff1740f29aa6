import { expect } from 'chai';
import { createExecutor } from '../../../local/aws/executor.ts';

const definition = {
  TimeoutSeconds: 60,
  StartAt: 'Claim',
  States: { Claim: { Type: 'Task', Resource: 'arn:aws:states:::dynamodb:updateItem', End: true } },
};

describe('the executor of state machines', () => {
  for (const outcome of ['succeeds', 'fails'] as const)
    it(`waits at its stop for a call that was sent, which then ${outcome}`, async () => {
      const events: string[] = [];
      const sent = Promise.withResolvers<void>();
      const answer = Promise.withResolvers<object>();
      const claim = () => {
        sent.resolve();
        return answer.promise.finally(() => events.push('written'));
      };
      const executor = createExecutor({
        name: 'test',
        definition,
        services: { [definition.States.Claim.Resource]: claim },
      });
      const { ended } = executor.start({});
      await sent.promise;
      const stopped = executor.stop().then(() => events.push('stopped'));
      expect((await ended).status).to.equal('ABORTED');
      if (outcome === 'succeeds') answer.resolve({});
      else answer.reject(new Error('away'));
      await stopped;
      expect(events).to.deep.equal(['written', 'stopped']);
      expect(executor.running.size).to.equal(0);
    });
});
