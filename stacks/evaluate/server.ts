import { type handleUnaryCall, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { EngineService } from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import engine from '@pulumi/pulumi/proto/engine_pb.js';
import { ResourceMonitorService } from '@pulumi/pulumi/proto/resource_grpc_pb.js';
import empties from 'google-protobuf/google/protobuf/empty_pb.js';
import { type Method, methodsOf } from './methods.ts';
import type { Monitor } from './monitor.ts';

export interface Listening {
  /** `127.0.0.1:<port>`, of both services. */
  readonly address: string;
  /** What the program logged as errors. */
  readonly errors: readonly string[];
  close(): void;
}

/** Offers a monitor to a program as Pulumi's engine does: two gRPC services, here on one loopback port. */
export async function listen(monitor: Monitor): Promise<Listening> {
  const errors: string[] = [];
  const server = new Server({ 'grpc.max_receive_message_length': 400 * 1024 * 1024 });
  server.addService(ResourceMonitorService, mapped(methodsOf(monitor)));
  server.addService(EngineService, mapped(engineMethods(errors)));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  return { address: `127.0.0.1:${port}`, errors, close: () => server.forceShutdown() };
}

function engineMethods(errors: string[]): Record<string, Method> {
  let root = '';
  return {
    log: async (request: engine.LogRequest) => {
      if (request.getSeverity() === engine.LogSeverity.ERROR) errors.push(request.getMessage());
      return new empties.Empty();
    },
    getRootResource: async () => new engine.GetRootResourceResponse().setUrn(root),
    setRootResource: async (request: engine.SetRootResourceRequest) => {
      root = request.getUrn();
      return new engine.SetRootResourceResponse();
    },
    requirePulumiVersion: async () => new engine.RequirePulumiVersionResponse(),
  };
}

function mapped(methods: Record<string, Method>): Record<string, handleUnaryCall<unknown, unknown>> {
  return Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, unary(method)]));
}

function unary(method: Method): handleUnaryCall<unknown, unknown> {
  return ({ request }, callback) => {
    method(request).then(
      (response) => callback(null, response),
      (error) => callback({ code: status.UNKNOWN, details: error.message }),
    );
  };
}
