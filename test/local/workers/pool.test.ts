import { expect } from 'chai';
import { type Agent, startAgent } from '../../../local/workers/agent.ts';
import { createPool, type Pool, type PoolEvent } from '../../../local/workers/pool.ts';
import { until } from '../../support/until.ts';

/** Says that it runs, protects itself when it is to, and ends at SIGTERM unless it is deaf. */
const script = (isProtected: boolean, isDeaf: boolean) => `
  process.on('SIGTERM', () => ${isDeaf ? '{}' : 'process.exit(0)'});
  setInterval(() => {}, 1000);
  const ready = () => console.log('ready');
  ${
    isProtected
      ? `fetch(process.env.ECS_AGENT_URI + '/task-protection/v1/state',
           { method: 'PUT', body: '{"ProtectionEnabled":true}' }).then(ready)`
      : 'ready()'
  }`;

describe('the tasks of a worker on the laptop', function () {
  this.timeout(20_000);
  let agent: Agent;
  let pool: Pool;
  let events: PoolEvent[];
  beforeEach(async () => {
    agent = await startAgent();
    events = [];
  });
  afterEach(async () => {
    await pool.stop();
    await agent.stop();
  });

  function make(code: string): void {
    pool = createPool({
      container: {
        command: ['node', '-e', code],
        directory: process.cwd(),
        environment: {},
        stopTimeoutSeconds: 0.2,
      },
      agent,
      show: (event) => events.push(event),
    });
  }
  const count = (wanted: string) =>
    events.filter((one) => one.event === wanted || (one.event === 'line' && one.line === wanted)).length;

  it('are as many as wanted, and fewer when asked, after SIGTERM', async () => {
    make(script(false, false));
    pool.resize(2);
    await until(() => count('ready') === 2);
    pool.resize(1);
    await until(() => count('ended') === 1);
    expect(pool.size).to.equal(1);
    expect(events.find(({ event }) => event === 'ended')).to.include({ how: 'exit code 0', wasAsked: true });
  });

  it('are left alone while they are protected', async () => {
    make(script(true, false));
    pool.resize(1);
    await until(() => count('ready') === 1);
    pool.resize(0);
    expect([pool.size, count('stopping')]).to.deep.equal([1, 0]);
    agent.forget('task-1');
    pool.resize(0);
    await until(() => count('ended') === 1);
    expect(pool.size).to.equal(0);
  });

  it('are killed when the stop timeout is over', async () => {
    make(script(false, true));
    pool.resize(1);
    await until(() => count('ready') === 1);
    pool.resize(0);
    await until(() => count('ended') === 1);
    expect(events.at(-1)).to.include({ event: 'ended', how: 'SIGKILL', wasAsked: true });
  });

  it('are replaced when they crash or are killed', async () => {
    make(script(false, false));
    pool.resize(1);
    await until(() => count('ready') === 1);
    process.kill(pool.pids[0] as number, 'SIGKILL');
    await until(() => count('ended') === 1);
    expect(pool.size).to.equal(1);
    await until(() => count('ready') === 2);
    expect(events.find(({ event }) => event === 'ended')).to.include({ how: 'SIGKILL', wasAsked: false });
  });
});
