import { type ChannelCredentials, credentials } from '@grpc/grpc-js';
import { CallbacksClient } from '@pulumi/pulumi/proto/callback_grpc_pb.js';
import callbacks, { type Callback, type CallbackInvokeResponse } from '@pulumi/pulumi/proto/callback_pb.js';
import resources from '@pulumi/pulumi/proto/resource_pb.js';

type Request = resources.RegisterResourceRequest;

/** Calls a program's transforms back, as the engine does before anything else happens to a resource. */
export class Transforms {
  private readonly clients = new Map<string, CallbacksClient>();

  /** Changes the request's inputs and options by each transform in turn. */
  async apply(request: Request, transforms: readonly Callback[]): Promise<void> {
    for (const transform of transforms) await this.applyOne(request, transform);
  }

  close(): void {
    for (const client of this.clients.values()) client.close();
  }

  private async applyOne(request: Request, transform: Callback): Promise<void> {
    const asked = new resources.TransformRequest();
    asked.setType(request.getType());
    asked.setName(request.getName());
    asked.setCustom(request.getCustom());
    asked.setParent(request.getParent());
    asked.setProperties(request.getObject());
    asked.setOptions(optionsOf(request));
    const invoke = new callbacks.CallbackInvokeRequest();
    invoke.setToken(transform.getToken());
    invoke.setRequest(asked.serializeBinary());
    const bytes = await this.call(transform.getTarget(), invoke);
    const answer = resources.TransformResponse.deserializeBinary(bytes);
    if (answer.hasProperties()) request.setObject(answer.getProperties());
    const options = answer.getOptions();
    if (options !== undefined) setOptions(request, options);
  }

  private call(target: string, request: callbacks.CallbackInvokeRequest): Promise<Uint8Array> {
    const client = this.clients.get(target) ?? new CallbacksClient(target, insecure());
    this.clients.set(target, client);
    return new Promise((resolve, reject) =>
      client.invoke(request, (error: Error | null, response?: CallbackInvokeResponse) =>
        error === null && response !== undefined ? resolve(response.getResponse_asU8()) : reject(error),
      ),
    );
  }
}

/** The program listens on a loopback address of this machine. */
function insecure(): ChannelCredentials {
  return credentials.createInsecure();
}

function optionsOf(request: Request): resources.TransformResourceOptions {
  const options = new resources.TransformResourceOptions();
  options.setDependsOnList(request.getDependenciesList());
  if (request.hasProtect()) options.setProtect(request.getProtect() === true);
  options.setIgnoreChangesList(request.getIgnorechangesList());
  options.setReplaceOnChangesList(request.getReplaceonchangesList());
  options.setVersion(request.getVersion());
  options.setAliasesList(request.getAliasesList());
  options.setProvider(request.getProvider());
  if (request.hasRetainondelete()) options.setRetainOnDelete(request.getRetainondelete() === true);
  options.setDeletedWith(request.getDeletedwith());
  if (request.getDeletebeforereplacedefined())
    options.setDeleteBeforeReplace(request.getDeletebeforereplace());
  options.setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList());
  request.getProvidersMap().forEach((provider, name) => {
    options.getProvidersMap().set(name, provider);
  });
  return options;
}

function setOptions(request: Request, options: resources.TransformResourceOptions): void {
  request.setDependenciesList(options.getDependsOnList());
  if (options.hasProtect()) request.setProtect(options.getProtect() === true);
  request.setIgnorechangesList(options.getIgnoreChangesList());
  request.setReplaceonchangesList(options.getReplaceOnChangesList());
  request.setAliasesList(options.getAliasesList());
  request.setProvider(options.getProvider());
  if (options.hasRetainOnDelete()) request.setRetainondelete(options.getRetainOnDelete() === true);
  request.setDeletedwith(options.getDeletedWith());
  if (options.hasDeleteBeforeReplace()) {
    request.setDeletebeforereplace(options.getDeleteBeforeReplace() === true);
    request.setDeletebeforereplacedefined(true);
  }
  request.setAdditionalsecretoutputsList(options.getAdditionalSecretOutputsList());
}
