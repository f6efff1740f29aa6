import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import { FargateService } from '../../../../components/fargate-service/index.ts';
import { problemOf } from '../../../../components/fargate-service/release/check.ts';
import { record } from '../../mocks.ts';
import { requestedRevision, worker } from '../fixture.ts';
import { type Ecs, Refusal, serveEcs, type World } from './ecs.ts';
import { failures, release, serviceArn, worldOf } from './releases.ts';

const released = worldOf({ released: requestedRevision });

describe('the release check', () => {
  it('asks ECS for the service of this program, as the default provider would', async () => {
    const { calls, recording } = await deployed(released, ({ url }) => {
      configure(url);
      return { service: new FargateService('api', worker) };
    });
    const { service, cluster } = recording.outputs;
    expect(calls.map(({ signer }) => signer)).to.deep.equal(Array(4).fill('of-the-stack/eu-central-1'));
    expect(calls[0]?.input).to.deep.equal({ cluster, services: [service] });
    expect(recording.outputs.released).to.equal(requestedRevision);
  });

  it('asks as the explicit provider would that deploys the component', async () => {
    const { calls } = await deployed(released, ({ url }) => {
      const provider = new aws.Provider('elsewhere', {
        accessKey: 'of-the-provider',
        secretKey: 'secret',
        endpoints: [{ ecs: url, sts: url }],
        assumeRoles: [{ roleArn: 'arn:aws:iam::222222222222:role/deploy' }],
      });
      return { service: new FargateService('api', worker, { provider }) };
    });
    expect(calls.map(({ operation, signer }) => `${operation} ${signer}`).slice(0, 2)).to.deep.equal([
      'AssumeRole of-the-provider/eu-central-1',
      'DescribeServices deploy/eu-central-1',
    ]);
  });

  it('asks nothing in a preview, and nothing of mocks, which have no service in AWS', async () => {
    const asked: string[] = [];
    const call = (token: string) => {
      asked.push(token);
      return token === 'aws:ecs/getService:getService' ? { arn: 'mocked' } : undefined;
    };
    await record(() => void new FargateService('api', worker), { preview: true, call });
    await record(() => void new FargateService('api', worker), { unknownOutputs: true, call });
    expect(asked).not.to.include('aws:ecs/getService:getService').and.not.to.deep.equal([]);
    const { outputs } = await record(
      () => ({ released: new FargateService('api', worker).taskDefinitionArn }),
      { call },
    );
    expect(outputs.released).to.equal(requestedRevision);
  });

  it('passes no release that it cannot judge, and says with whose credentials it asked', async () => {
    const server = await serveEcs({
      DescribeServices: new Refusal(400, 'AccessDeniedException', 'not authorized'),
    });
    const settings = { accessKey: 'key', secretKey: 'secret', endpoints: [{ ecs: server.url }] };
    const problem = await problemOf(
      settings,
      'eu-central-1',
      release,
      { limit: 0, pause: 0 },
      () => undefined,
    );
    expect(problem).to.match(
      /^the release of service "api" could not be judged: AccessDeniedException: not authorized\. The check asks/,
    );
    await server.close();
  });

  it('fails the whole program with the reason when ECS rolled the release back', async () => {
    const { code, errors } = await runProgram(worldOf(failures.alarm?.release ?? {}));
    expect(code).not.to.equal(0);
    expect(errors).to.match(
      /ResourceError: release failed: service "api-service-[0-9a-f]{7}" was rolled back to/,
    );
    expect(errors).to.contain('the alarm "api-errors" went off');
  });

  it('does not fail the preview of the next one', async () => {
    expect((await runProgram(worldOf(failures.alarm?.release ?? {}), '--preview')).code).to.equal(0);
  });
});

/** Deploys a program against ECS, and tells what ECS was asked. */
async function deployed(world: World, program: (ecs: Ecs) => { service: FargateService }) {
  const server = await serveEcs(world);
  try {
    const recording = await record(
      () => {
        const { service } = program(server);
        return {
          released: service.taskDefinitionArn,
          service: service.serviceName,
          cluster: service.clusterArn,
        };
      },
      { call: (token) => (token === 'aws:ecs/getService:getService' ? { arn: serviceArn } : undefined) },
    );
    return { recording, calls: server.calls };
  } finally {
    pulumi.runtime.setAllConfig({});
    await server.close();
  }
}

function configure(url: string): void {
  pulumi.runtime.setAllConfig({
    'aws:accessKey': 'of-the-stack',
    'aws:secretKey': 'secret',
    'aws:endpoints': JSON.stringify([{ ecs: url }]),
  });
}

async function runProgram(world: World, ...args: string[]): Promise<{ code: number; errors: string }> {
  const server = await serveEcs(world);
  const program = fileURLToPath(new URL('rolled-back.ts', import.meta.url));
  const child = spawn(process.execPath, [program, server.url, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const [code] = await once(child, 'close');
  await server.close();
  return { code, errors };
}
