import { expect } from 'chai';
import type { LogEntry } from '../../worker/log.ts';
import { createProtection } from '../../worker/protection.ts';
import { type FakeAgent, fakeAgent } from '../support/fake-agent.ts';
import { until } from '../support/until.ts';

describe('protection of a task', () => {
  const minute = 60_000;
  let agent: FakeAgent;
  let log: LogEntry[];
  let now: number;
  beforeEach(async () => {
    agent = await fakeAgent();
    log = [];
    now = 1_000_000;
  });
  afterEach(() => agent.close());
  const protect = () =>
    createProtection(
      agent.uri,
      (entry) => log.push(entry),
      () => now,
    );

  it('is set for an hour, and again once half of it is over', async () => {
    const protection = protect();
    await protection.take();
    for (const at of [29, 30, 59, 61]) {
      now = 1_000_000 + at * minute;
      await protection.renew();
    }
    const hour = { ProtectionEnabled: true, ExpiresInMinutes: 60 };
    expect(agent.states).to.deep.equal([hour, hour, hour]);
  });

  it('is taken off once, and set again afterwards', async () => {
    const protection = protect();
    await protection.take();
    await protection.release();
    await protection.renew();
    await protection.take();
    expect(agent.states.map(({ ProtectionEnabled }) => ProtectionEnabled)).to.deep.equal([true, false, true]);
  });

  it('lasts for as long as one message needs it', async () => {
    const protection = protect();
    for (const step of ['take', 'take', 'release', 'take', 'release'] as const) await protection[step]();
    expect(agent.states).to.have.length(1);
    await protection.release();
    expect(agent.states.map(({ ProtectionEnabled }) => ProtectionEnabled)).to.deep.equal([true, false]);
  });

  it('is set and taken off in the order asked for, however long the agent takes', async () => {
    const protection = protect();
    const taken = protection.take();
    await until(() => agent.states.length === 1);
    await Promise.all([taken, protection.release(), protection.take()]);
    expect(agent.states.at(-1)).to.include({ ProtectionEnabled: true });
  });

  it('that is refused is logged, and asked for again ten seconds later', async () => {
    agent.refuse({ failure: { Reason: 'DEPLOYMENT_BLOCKED' } }, 200);
    const protection = protect();
    await protection.take();
    now += 9000;
    await protection.renew();
    expect(agent.states).to.have.length(1);
    expect(log).to.deep.equal([
      {
        level: 'warn',
        msg: 'the protection of the task could not be set',
        error: 'Error: 200 {"failure":{"Reason":"DEPLOYMENT_BLOCKED"}}',
      },
    ]);
    agent.refuse(undefined);
    now += 1000;
    await protection.renew();
    await protection.release();
    expect(agent.states).to.have.length(3);
  });

  it('that could not be taken off is taken off the next time', async () => {
    const protection = protect();
    await protection.take();
    agent.refuse({ error: { Code: 'ServerException' } }, 500);
    await protection.release();
    agent.refuse(undefined);
    await protection.take();
    await protection.release();
    expect(agent.states.map(({ ProtectionEnabled }) => ProtectionEnabled)).to.deep.equal([
      true,
      false,
      false,
    ]);
  });

  it('stops nothing when the agent is away', async () => {
    const protection = protect();
    await agent.close();
    await protection.take();
    expect(log).to.have.length(1);
    expect(log[0]?.error).to.match(/^TypeError: fetch failed: .*ECONNREFUSED/);
  });

  it('asks nothing outside of ECS', async () => {
    const protection = createProtection(undefined, (entry) => log.push(entry));
    await protection.take();
    await protection.renew();
    await protection.release();
    expect([agent.states, log]).to.deep.equal([[], []]);
  });
});
