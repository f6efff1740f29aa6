import { signatureKey, signatures, unknownValue } from '../evaluate/marks.ts';
import type { Answer, Evaluation, Properties, Registered } from '../evaluate/registered.ts';
import type { Claimant } from '../identities/claims.ts';

/** A resource that a stack has, and what it became. */
export interface LivingResource {
  readonly resource: Registered;
  readonly answer: Answer;
}

/** What a stack has, by URN, in the order in which it was made. */
export type Living = ReadonlyMap<string, LivingResource>;

/** The stack that a deployment of this evaluation would leave. */
export function livingOf({ resources, answers }: Evaluation): Living {
  return new Map(
    resources.map((resource) => [
      resource.urn,
      { resource, answer: answers.get(resource.urn) ?? { id: undefined, outputs: {} } },
    ]),
  );
}

/** A living resource as far as its claims on what AWS has one of go. */
export function claimantOf({ resource, answer }: LivingResource): Claimant {
  const { type, name, inputs } = resource;
  return { type, name, inputs, id: answer.id, arn: answer.outputs.arn };
}

interface Exported {
  urn: string;
  type: string;
  custom: boolean;
  external?: boolean;
  id?: string;
  parent?: string;
  inputs?: Properties;
  outputs?: Properties;
  protect?: boolean;
  retainOnDelete?: boolean;
  ignoreChanges?: string[];
  replaceOnChanges?: string[];
  dependencies?: string[];
  propertyDependencies?: Record<string, string[] | null>;
  delete?: boolean;
}

/** The stack of which `pulumi stack export` tells. @throws when the text is something else */
export function livingOfExport(text: string): Living {
  const exported = JSON.parse(text).deployment?.resources as Exported[] | undefined;
  if (!Array.isArray(exported))
    throw new Error('no output of `pulumi stack export`: it has no deployment.resources');
  return new Map(
    exported
      // Providers that no program names are the engine's own; what waits for its deletion has been replaced already.
      .filter(({ type, delete: waits }) => !type.startsWith('pulumi:') && waits !== true)
      .map((one) => [one.urn, livingOfOne(one)]),
  );
}

function livingOfOne(one: Exported): LivingResource {
  return {
    resource: {
      urn: one.urn,
      type: one.type,
      name: one.urn.split('::').slice(3).join('::'),
      parent: one.parent ?? '',
      custom: one.custom,
      remote: false,
      declared: false,
      read: one.external === true,
      inputs: withoutDefaults(one.inputs ?? {}) as Properties,
      aliases: [],
      protect: one.protect === true,
      retainOnDelete: one.retainOnDelete === true,
      deleteBeforeReplace: undefined,
      ignoreChanges: one.ignoreChanges ?? [],
      replaceOnChanges: one.replaceOnChanges ?? [],
      deletedWith: '',
      secretOutputs: [],
      provider: '',
      dependencies: one.dependencies ?? [],
      propertyDependencies: Object.fromEntries(
        Object.entries(one.propertyDependencies ?? {}).map(([key, urns]) => [key, urns ?? []]),
      ),
    },
    answer: { id: one.id, outputs: sealed(withoutInternals(one.outputs ?? {})) as Properties },
  };
}

/** A provider lists in `__defaults` which inputs it added itself, names among them. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== 'object' || value === null) return value;
  const { __defaults: added = [], ...given } = value as Properties & { __defaults?: string[] };
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, inner]) =>
      added.includes(key) ? [] : [[key, withoutDefaults(inner)]],
    ),
  );
}

function withoutInternals(outputs: Properties): Properties {
  return Object.fromEntries(Object.entries(outputs).filter(([key]) => !key.startsWith('__')));
}

/** A ciphertext is a secret that the program cannot know. */
function sealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sealed);
  if (typeof value !== 'object' || value === null) return value;
  const object = value as Properties;
  if (object[signatureKey] === signatures.secret && object.value === undefined) {
    return { [signatureKey]: signatures.secret, value: unknownValue };
  }
  return Object.fromEntries(Object.entries(object).map(([key, inner]) => [key, sealed(inner)]));
}
