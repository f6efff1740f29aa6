import type { Callback } from '@pulumi/pulumi/proto/callback_pb.js';
import type resources from '@pulumi/pulumi/proto/resource_pb.js';
import { aliasesOf } from './aliases.ts';
import type { Answer, Cloud, MadeChild, Properties, Registered } from './registered.ts';
import { childRequest, readRequest } from './requests.ts';
import { Transforms } from './transforms.ts';
import { stackType, urnOf } from './urn.ts';

type Request = resources.RegisterResourceRequest;

/** What the engine would hear of a program and answer to it. */
export class Monitor {
  readonly registered: Registered[] = [];
  readonly answers = new Map<string, Answer>();
  readonly outputs = new Map<string, Properties>();
  private readonly transforms = new Transforms();
  private readonly transformsOf = new Map<string, readonly Callback[]>();
  private readonly byUrn = new Map<string, Registered>();
  private readonly ofStack: Callback[] = [];
  private readonly project: string;
  private readonly stack: string;
  private readonly cloud: Cloud;

  constructor(project: string, stack: string, cloud: Cloud) {
    this.project = project;
    this.stack = stack;
    this.cloud = cloud;
  }

  /** Whether the program has come to its end, where the SDK registers what the stack returns. */
  get isComplete(): boolean {
    return this.registered.some(({ type, urn }) => type === stackType && this.outputs.has(urn));
  }

  async register(request: Request): Promise<[string, Answer]> {
    return this.add(request, { declared: false, read: false });
  }

  async read(request: resources.ReadResourceRequest): Promise<[string, Answer]> {
    const [urn, { outputs }] = await this.add(readRequest(request), { declared: false, read: true });
    return [urn, { id: request.getId(), outputs }];
  }

  /** The answer of a data source; what a reference to a resource holds is asked for in the same way. */
  call(token: string, inputs: Properties): Properties {
    if (token !== 'pulumi:pulumi:getResource') return this.cloud.call(token, inputs);
    const urn = String(inputs.urn);
    const answer = this.answers.get(urn);
    if (answer === undefined) throw new Error(`the program refers to ${urn}, which it has not registered`);
    const { id, outputs } = answer;
    return { urn, ...(id === undefined ? {} : { id }), state: this.outputs.get(urn) ?? outputs };
  }

  addStackTransform(transform: Callback): void {
    this.ofStack.push(transform);
  }

  close(): void {
    this.transforms.close();
  }

  private async add(
    request: Request,
    kind: Pick<Registered, 'declared' | 'read'>,
  ): Promise<[string, Answer]> {
    await this.transform(request);
    const resource = this.describe(request, kind);
    const { urn } = resource;
    if (this.byUrn.has(urn)) throw new Error(`the program registers ${urn} twice`);
    this.byUrn.set(urn, resource);
    this.registered.push(resource);
    const children = resource.remote ? await this.addChildren(resource) : [];
    const answer = resource.custom || resource.remote ? this.cloud.resource(resource, children) : component;
    this.answers.set(urn, answer);
    return [urn, answer];
  }

  /** What the process of the component's package would register. */
  private async addChildren(component: Registered): Promise<MadeChild[]> {
    const made: MadeChild[] = [];
    for (const child of await this.cloud.children(component)) {
      const find = (type: string, name: unknown) =>
        made.find(({ resource }) => resource.type === type && resource.name === name);
      const siblings = Object.entries(child.references).flatMap(([key, type]) => {
        const sibling = find(type, child.inputs[key]);
        return sibling === undefined ? [] : [{ key, ...sibling }];
      });
      const parent = find(child.parentType, child.parent)?.resource.urn ?? component.urn;
      const [urn, answer] = await this.add(childRequest(child, parent, siblings), {
        declared: true,
        read: false,
      });
      made.push({ resource: this.byUrn.get(urn) as Registered, answer });
    }
    return made;
  }

  /** A resource's own transforms come first, then its ancestors', then the stack's. */
  private async transform(request: Request): Promise<void> {
    const own = request.getTransformsList();
    if (request.getType() === stackType) return;
    const chain = [...own];
    for (let urn = request.getParent(); urn !== ''; urn = this.byUrn.get(urn)?.parent ?? '') {
      chain.push(...(this.transformsOf.get(urn) ?? []));
    }
    await this.transforms.apply(request, [...chain, ...this.ofStack]);
    this.transformsOf.set(this.urn(request), own);
  }

  private urn(request: Request): string {
    return urnOf(this.stack, this.project, request.getParent(), request.getType(), request.getName());
  }

  private describe(request: Request, { declared, read }: Pick<Registered, 'declared' | 'read'>): Registered {
    const parent = request.getParent();
    const [type, name] = [request.getType(), request.getName()];
    const named = { stack: this.stack, project: this.project, parent, type, name };
    return {
      urn: this.urn(request),
      type,
      name,
      parent,
      custom: request.getCustom(),
      remote: request.getRemote(),
      declared,
      read,
      inputs: (request.getObject()?.toJavaScript() ?? {}) as Properties,
      aliases: aliasesOf(
        named,
        request.getAliasesList(),
        request.getAliasurnsList(),
        this.byUrn.get(parent)?.aliases ?? [],
      ),
      protect: this.inherited(request.hasProtect() ? request.getProtect() : undefined, parent, 'protect'),
      retainOnDelete: this.inherited(
        request.hasRetainondelete() ? request.getRetainondelete() : undefined,
        parent,
        'retainOnDelete',
      ),
      deleteBeforeReplace: request.getDeletebeforereplacedefined()
        ? request.getDeletebeforereplace()
        : undefined,
      ignoreChanges: request.getIgnorechangesList(),
      replaceOnChanges: request.getReplaceonchangesList(),
      deletedWith: request.getDeletedwith(),
      secretOutputs: request.getAdditionalsecretoutputsList(),
      provider: request.getProvider(),
      dependencies: [...request.getDependenciesList()].sort(),
      propertyDependencies: referencesOf(request),
    };
  }

  /** Where a resource says nothing, its parent decides. */
  private inherited(own: boolean | undefined, parent: string, option: 'protect' | 'retainOnDelete'): boolean {
    return own ?? this.byUrn.get(parent)?.[option] ?? false;
  }
}

const component: Answer = { id: undefined, outputs: {} };

function referencesOf(request: Request): Record<string, string[]> {
  const references: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((urns, key) => {
    references[key] = urns.getUrnsList();
  });
  return references;
}
