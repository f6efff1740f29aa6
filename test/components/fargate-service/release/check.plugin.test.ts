import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { Monitor } from '../../../../stacks/evaluate/monitor.ts';
import { type Listening, listen } from '../../../../stacks/evaluate/server.ts';
import { simulatedCloud } from '../../../../stacks/plan/cloud.ts';
import { Plugin } from '../../../support/plugin.ts';
import { worker } from '../fixture.ts';
import { serveEcs, type World } from './ecs.ts';
import { failures, serviceArn, worldOf } from './releases.ts';

const directory = fileURLToPath(new URL('../../../../components', import.meta.url));

describe('the release check in the plugin for other languages', function () {
  this.timeout(60_000);
  let log: Listening;
  let plugin: Plugin;
  before(async () => {
    log = await listen(new Monitor('shop', 'test', simulatedCloud('eu-central-1')));
    // It writes the reason of the failed release there too.
    plugin = await Plugin.start(directory, log.address, 'ignore');
  });
  after(async () => {
    await plugin.stop();
    log.close();
  });

  /** Deploys a service from a program in another language: the component is in the process of the plugin. */
  async function deployed(world: World) {
    const ecs = await serveEcs(world);
    const cloud = simulatedCloud('eu-central-1');
    const monitor = new Monitor('shop', 'test', {
      ...cloud,
      call: (token, inputs) =>
        token === 'aws:ecs/getService:getService' ? { arn: serviceArn } : cloud.call(token, inputs),
    });
    const engine = await listen(monitor);
    const config = {
      'aws:region': 'eu-central-1',
      'aws:accessKey': 'of-the-stack',
      'aws:secretKey': 'secret',
      'aws:endpoints': JSON.stringify([{ ecs: ecs.url }]),
    };
    const { placement, image } = worker;
    const made = await plugin
      .construct(engine.address, 'trellis:index:FargateService', 'api', { placement, image }, config)
      .then(
        (response) => String(response.getState()?.toJavaScript().taskDefinitionArn),
        (error: Error) => error.message,
      );
    engine.close();
    monitor.close();
    await ecs.close();
    return { made, signers: new Set(ecs.calls.map(({ signer }) => signer)) };
  }

  it('asks with what the stack configures, and passes a good release', async () => {
    const requested = 'arn:aws:ecs:eu-central-1:123456789012:task-definition/shop-test-api:1';
    const { made, signers } = await deployed(worldOf({ released: requested }));
    expect(made).to.equal(requested);
    expect([...signers]).to.deep.equal(['of-the-stack/eu-central-1']);
  });

  it('fails the component with the reason', async () => {
    const { made } = await deployed(worldOf(failures.alarm?.release ?? {}));
    expect(made).to.contain('the alarm "api-errors" went off');
  });
});
