/**
 * A resource that a component of another package makes inside. Such a component registers its children from its
 * provider's process, where mocks see nothing: a plan without cloud and engine has to be told what they are.
 */
export interface DeclaredResource {
  type: string;
  name: string;
  parent: string;
  parentType: string;
  inputs: Record<string, unknown>;
}
