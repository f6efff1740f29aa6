import { expect } from 'chai';
import type { LogEntry } from '../../worker/log.ts';
import { createProtection } from '../../worker/protection.ts';
import { type FakeAgent, fakeAgent } from '../support/fake-agent.ts';

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
    for (const at of [0, 29, 30, 59, 61]) {
      now = 1_000_000 + at * minute;
      await protection.on();
    }
    const hour = { ProtectionEnabled: true, ExpiresInMinutes: 60 };
    expect(agent.states).to.deep.equal([hour, hour, hour]);
  });

  it('is taken off once, and set again afterwards', async () => {
    const protection = protect();
    await protection.off();
    await protection.on();
    await protection.off();
    await protection.off();
    await protection.on();
    expect(agent.states.map(({ ProtectionEnabled }) => ProtectionEnabled)).to.deep.equal([true, false, true]);
  });

  it('is set and taken off in the order asked for, however long the agent takes', async () => {
    const protection = protect();
    await Promise.all([protection.on(), protection.off()]);
    expect(agent.states.map(({ ProtectionEnabled }) => ProtectionEnabled)).to.deep.equal([true, false]);
  });

  it('that is refused is logged, and asked for again ten seconds later', async () => {
    agent.refuse({ failure: { Reason: 'DEPLOYMENT_BLOCKED' } }, 200);
    const protection = protect();
    await protection.on();
    now += 9000;
    await protection.on();
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
    await protection.on();
    await protection.off();
    expect(agent.states).to.have.length(3);
  });

  it('that could not be taken off is taken off the next time', async () => {
    const protection = protect();
    await protection.on();
    agent.refuse({ error: { Code: 'ServerException' } }, 500);
    await protection.off();
    agent.refuse(undefined);
    await protection.off();
    expect(agent.states.map(({ ProtectionEnabled }) => ProtectionEnabled)).to.deep.equal([
      true,
      false,
      false,
    ]);
  });

  it('stops nothing when the agent is away', async () => {
    const protection = protect();
    await agent.close();
    await protection.on();
    expect(log).to.have.length(1);
    expect(log[0]?.error).to.match(/^TypeError: fetch failed: .*ECONNREFUSED/);
  });

  it('asks nothing outside of ECS', async () => {
    const protection = createProtection(undefined, (entry) => log.push(entry));
    await protection.on();
    await protection.off();
    expect([agent.states, log]).to.deep.equal([[], []]);
  });
});
