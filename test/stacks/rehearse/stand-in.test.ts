import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { problemOf } from '../../../components/fargate-service/release/check.ts';
import { standInFor } from '../../../stacks/rehearse/stand-in.ts';
import { Refusal, serveEcs, type World } from '../../components/fargate-service/release/ecs.ts';
import {
  earlier,
  release,
  requested,
  serviceArn,
  worldOf,
} from '../../components/fargate-service/release/releases.ts';

const unknown = new Refusal(
  500,
  'InternalError',
  'The list_service_deployments action has not been implemented',
);
const none = {
  ListServiceDeployments: unknown,
  DescribeServiceDeployments: unknown,
  DescribeServiceRevisions: unknown,
};

describe('the stand-in for an emulator', () => {
  it('answers for service deployments from what the emulator says of the service', async () => {
    const good = await judged(emulated('COMPLETED', requested));
    expect(good).to.deep.equal({
      problem: undefined,
      answered: ['ListServiceDeployments', 'DescribeServiceDeployments', 'DescribeServiceRevisions'],
    });
    expect((await judged(emulated('FAILED', requested))).problem).to.contain('stopped the deployment');
    expect((await judged(emulated('COMPLETED', earlier))).problem).to.contain(
      'runs shop:6 instead of shop:7',
    );
    expect((await judged(emulated('IN_PROGRESS', requested))).problem).to.contain(
      'has not ended its deployment',
    );
  });

  it('leaves to the emulator what it knows', async () => {
    expect(await judged(worldOf({}))).to.deep.equal({ problem: undefined, answered: [] });
  });

  it('passes every other call on as it is, and its answer', async () => {
    const server = createServer(async (request, response) => {
      response.writeHead(207, { 'x-more': 'yes' });
      response.end(`${request.method} ${request.url} ${request.headers['x-own']} ${await text(request)}`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const standIn = await standInFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const response = await fetch(`${standIn.url}/bucket/key?acl`, {
      method: 'PUT',
      body: 'content',
      headers: { 'x-own': 'mine' },
    });
    expect([response.status, response.headers.get('x-more')]).to.deep.equal([207, 'yes']);
    expect(await response.text()).to.equal('PUT /bucket/key?acl mine content');
    standIn.close();
    server.close();
    server.closeAllConnections();
  });
});

/** An emulator that knows services and none of their deployments. */
function emulated(rolloutState: 'COMPLETED' | 'FAILED' | 'IN_PROGRESS', taskDefinition: string): World {
  const deployments = [{ id: 'ecs-svc/12', status: 'PRIMARY', rolloutState, createdAt: new Date(0) }];
  return {
    DescribeServices: { services: [{ serviceArn, serviceName: 'api', taskDefinition, deployments }] },
    ...none,
  };
}

async function judged(world: World) {
  const emulator = await serveEcs(world);
  const standIn = await standInFor(emulator.url);
  const settings = { accessKey: 'key', secretKey: 'secret', endpoints: [{ ecs: standIn.url }] };
  const problem = await problemOf(settings, 'eu-central-1', release, { limit: 0, pause: 0 }, () => undefined);
  standIn.close();
  await emulator.close();
  return { problem, answered: [...standIn.answered] };
}
