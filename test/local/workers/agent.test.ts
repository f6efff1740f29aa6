import { expect } from 'chai';
import { type Agent, startAgent } from '../../../local/workers/agent.ts';
import { createProtection } from '../../../worker/protection.ts';

describe('the agent of ECS on the laptop', () => {
  let agent: Agent;
  beforeEach(async () => {
    agent = await startAgent();
  });
  afterEach(() => agent.stop());

  const call = async (method: string, body?: object, task = 'task-1') => {
    const answer = await fetch(`${agent.uriOf(task)}/task-protection/v1/state`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: answer.status, ...Object(await answer.json()) };
  };

  it('protects the task that asks for it, and no other', async () => {
    await createProtection(agent.uriOf('task-1'), () => {}).take();
    expect([agent.isProtected('task-1'), agent.isProtected('task-2')]).to.deep.equal([true, false]);
    const { protection } = await call('GET');
    expect(protection).to.include({ TaskArn: 'task-1', ProtectionEnabled: true });
    const minutes = (Date.parse(protection.ExpirationDate) - Date.now()) / 60_000;
    expect(minutes).to.be.within(58, 60);
  });

  it('takes the protection off when asked, and when the task has ended', async () => {
    const protection = createProtection(agent.uriOf('task-1'), () => {});
    await protection.take();
    await protection.release();
    expect(agent.isProtected('task-1')).to.equal(false);
    await call('PUT', { ProtectionEnabled: true });
    agent.forget('task-1');
    expect((await call('GET')).protection).to.deep.equal({ TaskArn: 'task-1', ProtectionEnabled: false });
  });

  it('refuses what ECS refuses', async () => {
    for (const wrong of [
      {},
      { ProtectionEnabled: 'yes' },
      { ProtectionEnabled: true, ExpiresInMinutes: 2881 },
    ]) {
      const { status, error } = await call('PUT', wrong);
      expect([status, error.Code], JSON.stringify(wrong)).to.deep.equal([400, 'InvalidParameterException']);
    }
    expect((await fetch(`${agent.uriOf('x')}/v4`)).status).to.equal(404);
  });
});
