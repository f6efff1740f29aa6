/** A link of the OpenAPI document. */
interface Link {
  readonly operationId: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Links an answer to the operations that take its values, so that readers of the OpenAPI document and tools that test by
 * it can follow them.
 * @param parameters runtime expressions by parameter name: `$response.body#/id`
 */
export function linksTo(
  operationIds: readonly string[],
  parameters: Readonly<Record<string, string>>,
): Record<string, Link> {
  return Object.fromEntries(operationIds.map((operationId) => [operationId, { operationId, parameters }]));
}
