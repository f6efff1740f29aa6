import { credentials } from '@grpc/grpc-js';
import * as pulumi from '@pulumi/pulumi';
import { CallbacksClient } from '@pulumi/pulumi/proto/callback_grpc_pb.js';
import callbacks, { type CallbackInvokeResponse } from '@pulumi/pulumi/proto/callback_pb.js';
import resources from '@pulumi/pulumi/proto/resource_pb.js';
import { expect } from 'chai';
import structs from 'google-protobuf/google/protobuf/struct_pb.js';
import { FargateService } from '../../../../components/fargate-service/index.ts';
import { record } from '../../mocks.ts';
import { notInAws, worker } from '../fixture.ts';
import { Refusal, serveEcs, type World } from './ecs.ts';
import { failures, release, worldOf } from './releases.ts';

const inputs = { name: 'api', cluster: release.cluster, taskDefinition: release.taskDefinition };
const failed = worldOf(failures.image?.release ?? {});

describe('an update of the service that the provider fails', () => {
  it('is explained by what ECS says of the deployment, and not repeated', async () => {
    const { retry, error, printed } = await failing('update', failed);
    expect({ retry, error }).to.deep.equal({ retry: false, error: '' });
    expect(printed).to.match(
      /^error: \[runtime\] release failed: service "api" was rolled back to shop:6: 3 tasks failed/,
    );
    expect(printed).to.contain('3 tasks: CannotPullContainerError');
  });

  it('keeps its own error when the reason cannot be read', async () => {
    const refused = new Refusal(400, 'AccessDeniedException', 'not authorized');
    const { retry, error, printed } = await failing('create', { DescribeServices: refused });
    expect({ retry, error }).to.deep.equal({ retry: false, error: '' });
    expect(printed).to.equal('warning: [runtime] why the release failed could not be read: not authorized');
  });

  it('says nothing of a deployment when no deployment failed, or the service could not be deleted', async () => {
    expect((await failing('update', worldOf({}))).printed).to.equal('');
    expect((await failing('delete', failed)).printed).to.equal('');
  });

  it('has no hook with an engine that knows none, and would refuse the service', async () => {
    let heard = false;
    await record(
      () => {
        void hearHook().then(() => {
          heard = true;
        });
        // Where Pulumi's SDK keeps what the engine said that it can do.
        const { globalStore } = globalThis as unknown as { globalStore: { supportsErrorHooks: boolean } };
        globalStore.supportsErrorHooks = false;
        new FargateService('api', worker);
      },
      { call: notInAws },
    );
    expect(heard).to.equal(false);
  });
});

/** Registers a service as with an engine that knows hooks, has its operation fail, and calls back as the engine does. */
async function failing(operation: string, world: World) {
  const server = await serveEcs(world);
  const lines: string[] = [];
  const { error, warn } = console;
  try {
    console.error = (line: string) => void lines.push(line);
    console.warn = (line: string) => void lines.push(line);
    pulumi.runtime.setAllConfig({
      'aws:accessKey': 'key',
      'aws:secretKey': 'secret',
      'aws:endpoints': JSON.stringify([{ ecs: server.url }]),
    });
    const { outputs } = await record(
      async () => {
        const hook = hearHook();
        new FargateService('api', worker);
        const response = await callBack(await hook, operation);
        return { error: response.getError(), retry: response.getRetry() };
      },
      { call: notInAws },
    );
    return { ...outputs, printed: lines.join('\n') };
  } finally {
    Object.assign(console, { error, warn });
    pulumi.runtime.setAllConfig({});
    await server.close();
  }
}

type Registration = resources.RegisterErrorHookRequest;

/** Pulumi's mocks have no hooks; this gives them the engine's method. */
function hearHook(): Promise<Registration> {
  return new Promise((resolve) => {
    const monitor = pulumi.runtime.getMonitor() as unknown as Record<string, unknown>;
    monitor.registerErrorHook = (request: Registration, done: (error: null) => void) => {
      resolve(request);
      done(null);
    };
  });
}

async function callBack(hook: Registration, operation: string): Promise<resources.ErrorHookResponse> {
  const request = new resources.ErrorHookRequest()
    .setUrn('urn:pulumi:test::trellis::aws:ecs/service:Service::api-service')
    .setFailedOperation(operation)
    .setErrorsList(['waiting for ECS Service: Deployment failed'])
    .setNewInputs(structs.Struct.fromJavaScript(inputs));
  const invoke = new callbacks.CallbackInvokeRequest();
  invoke.setToken(hook.getCallback()?.getToken() ?? '');
  invoke.setRequest(request.serializeBinary());
  const client = new CallbacksClient(hook.getCallback()?.getTarget() ?? '', credentials.createInsecure());
  try {
    const bytes = await new Promise<Uint8Array>((resolve, reject) =>
      client.invoke(invoke, (error: Error | null, response?: CallbackInvokeResponse) =>
        response === undefined ? reject(error) : resolve(response.getResponse_asU8()),
      ),
    );
    return resources.ErrorHookResponse.deserializeBinary(bytes);
  } finally {
    client.close();
  }
}
