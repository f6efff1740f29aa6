import type { Callback } from '@pulumi/pulumi/proto/callback_pb.js';
import resources from '@pulumi/pulumi/proto/resource_pb.js';
import empties from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Monitor } from './monitor.ts';
import type { Properties } from './registered.ts';
import { toStruct } from './requests.ts';

// biome-ignore lint/suspicious/noExplicitAny: each method has messages of its own.
export type Method = (request: any) => Promise<unknown>;

/** The features of the engine that this one has; a program asks by name (older SDKs) or for the list. */
const features = {
  secrets: resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_SECRETS,
  resourceReferences: resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  aliasSpecs: resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  deletedWith: resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
  replaceWith: resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
  transforms: resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
  parameterization: resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
  resourceHooks: resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
  errorHooks: resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
};

/** The methods of the engine's service `ResourceMonitor`. */
export function methodsOf(monitor: Monitor): Record<string, Method> {
  return {
    supportsFeature: async (request: resources.SupportsFeatureRequest) =>
      new resources.SupportsFeatureResponse().setHassupport(request.getId() in features),
    getDeploymentInfo: async () =>
      new resources.DeploymentInfo().setSupportedfeaturesList(Object.values(features)),
    registerResource: async (request: resources.RegisterResourceRequest) => {
      const [urn, { id, outputs }] = await monitor.register(request);
      return new resources.RegisterResourceResponse()
        .setUrn(urn)
        .setId(id ?? '')
        .setObject(toStruct(outputs));
    },
    readResource: async (request: resources.ReadResourceRequest) => {
      const [urn, { outputs }] = await monitor.read(request);
      return new resources.ReadResourceResponse().setUrn(urn).setProperties(toStruct(outputs));
    },
    registerResourceOutputs: async (request: resources.RegisterResourceOutputsRequest) => {
      monitor.outputs.set(request.getUrn(), (request.getOutputs()?.toJavaScript() ?? {}) as Properties);
      return new empties.Empty();
    },
    invoke: async (request: resources.ResourceInvokeRequest) => {
      const inputs = (request.getArgs()?.toJavaScript() ?? {}) as Properties;
      const answer = monitor.call(request.getTok(), inputs);
      return new resources.ResourceInvokeResponse().setReturn(toStruct(answer));
    },
    call: async (request: resources.ResourceCallRequest) => {
      throw new Error(`the method ${request.getTok()} of another package's component has no answer offline`);
    },
    registerStackTransform: async (request: Callback) => {
      monitor.addStackTransform(request);
      return new empties.Empty();
    },
    // Hooks run around what a deployment does to a resource; here nothing is done to any.
    registerResourceHook: async () => new empties.Empty(),
    registerErrorHook: async () => new empties.Empty(),
    registerPackage: async (request: resources.RegisterPackageRequest) =>
      new resources.RegisterPackageResponse().setRef(request.getName()),
    signalAndWaitForShutdown: async () => new empties.Empty(),
  };
}
