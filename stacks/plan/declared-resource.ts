/**
 * A child that a component of another package creates in its provider's process. A plan, which runs without providers,
 * cannot see such children, so they are declared here.
 */
export interface DeclaredResource {
  type: string;
  name: string;
  parent: string;
  parentType: string;
  inputs: Record<string, unknown>;
}
