/** A link of the OpenAPI document. */
interface Link {
  readonly operationId: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Which operations take what an answer brought, so that a reader of the OpenAPI document, or a tester, can go on.
 * @param parameters by their name, each as a runtime expression: `$response.body#/id`
 */
export function linksTo(
  operationIds: readonly string[],
  parameters: Readonly<Record<string, string>>,
): Record<string, Link> {
  return Object.fromEntries(operationIds.map((operationId) => [operationId, { operationId, parameters }]));
}
