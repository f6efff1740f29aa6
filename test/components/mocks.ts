/**
 * The Pulumi mocks that component tests share: run a program, then look at exactly what it registered.
 *
 * ```ts
 * const { resources, outputs } = await record(() => new DataStore('users', { … }));
 * expect(children(resources, 'users')).to.deep.equal(['aws:dynamodb/table:Table users-table']);
 * expect(only(resources, 'aws:dynamodb/table:Table').inputs.billingMode).to.equal('PAY_PER_REQUEST');
 * ```
 *
 * What such a test does not prove: that AWS accepts the values.
 */
import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import type { PlannedResource } from '../../stacks/plan/planned.ts';

export type { PlannedResource } from '../../stacks/plan/planned.ts';
export { record } from './recorder.ts';

/** `type name` of every resource directly under `parent` (null: at the top), sorted. */
export function children(resources: PlannedResource[], parent: string | null): string[] {
  return resources
    .filter((resource) => resource.parent === parent)
    .map(({ type, name }) => `${type} ${name}`)
    .sort();
}

/** All resources of a type, by name. */
export function ofType(resources: PlannedResource[], type: string): PlannedResource[] {
  return resources.filter((resource) => resource.type === type).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The one resource of a type (and name). Fails when there is none or more than one. */
export function only(resources: PlannedResource[], type: string, name?: string): PlannedResource {
  const found = ofType(resources, type).filter((resource) => name === undefined || resource.name === name);
  const names = found.map((resource) => resource.name).join(', ');
  expect(found.length, `${type} ${name ?? ''}: expected one, found ${found.length} (${names})`).to.equal(1);
  return found[0] as PlannedResource;
}

/** The statements of a policy document that an input holds as JSON text. */
export function statements(policy: unknown): Record<string, unknown>[] {
  return JSON.parse(String(policy)).Statement;
}

/** The value of an output while a recorded program runs (or after). */
export function resolved<T>(output: pulumi.Input<T>): Promise<T> {
  return new Promise((resolve) => pulumi.output(output).apply((value) => resolve(value as T)));
}
