import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { credentials, type ServiceError } from '@grpc/grpc-js';
import { ResourceProviderClient } from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import provider from '@pulumi/pulumi/proto/provider_pb.js';
import type { Properties } from '../../stacks/evaluate/registered.ts';
import { toStruct } from '../../stacks/evaluate/requests.ts';

const runner = fileURLToPath(import.meta.resolve('@pulumi/pulumi/cmd/run-plugin/index.js'));

/** A Pulumi plugin in a process of its own, which Pulumi's own runner starts. */
export class Plugin {
  private readonly client: ResourceProviderClient;
  private readonly kill: () => Promise<void>;

  private constructor(port: number, kill: () => Promise<void>) {
    this.client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    this.kill = kill;
  }

  /** @param engine address of Pulumi's engine, which a plugin calls only while it makes resources */
  static async start(
    directory: string,
    engine = '127.0.0.1:1',
    stderr: 'inherit' | 'ignore' = 'inherit',
  ): Promise<Plugin> {
    const child = spawn(process.execPath, [runner, directory, engine], {
      cwd: directory,
      stdio: ['ignore', 'pipe', stderr],
    });
    const closed = once(child, 'close');
    const kill = async () => {
      child.kill();
      await closed;
    };
    const lines = createInterface({ input: child.stdout });
    const [port] = await Promise.race([once(lines, 'line'), closed]);
    if (child.exitCode !== null) throw new Error(`the plugin in ${directory} ended with ${child.exitCode}`);
    return new Plugin(Number(port), kill);
  }

  schema(): Promise<string> {
    return new Promise((resolve, reject) =>
      this.client.getSchema(new provider.GetSchemaRequest(), (error: ServiceError | null, reply) =>
        error === null ? resolve(reply.getSchema()) : reject(error),
      ),
    );
  }

  /**
   * @param monitor address of the engine's service that registers resources
   * @param config of the stack
   */
  construct(
    monitor: string,
    type: string,
    name: string,
    inputs: Properties,
    config: Readonly<Record<string, string>> = {},
  ): Promise<provider.ConstructResponse> {
    const request = new provider.ConstructRequest()
      .setProject('shop')
      .setStack('test')
      .setMonitorendpoint(monitor)
      .setParallel(16)
      .setType(type)
      .setName(name)
      .setInputs(toStruct(inputs));
    for (const [key, value] of Object.entries(config)) request.getConfigMap().set(key, value);
    return new Promise((resolve, reject) =>
      this.client.construct(request, (error: ServiceError | null, reply) =>
        error === null ? resolve(reply) : reject(error),
      ),
    );
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.kill();
  }
}
