/** Whether something answers at the origin, whatever it says. */
export async function answers(origin: string): Promise<boolean> {
  return fetch(origin, { signal: AbortSignal.timeout(10_000) }).then(
    () => true,
    () => false,
  );
}

/**
 * The ARNs of what an emulator has with the tags of a stack, by the Resource Groups Tagging API
 * (https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html).
 *
 * @returns undefined when the emulator does not have that API
 */
export async function tagged(
  origin: string,
  region: string,
  tags: Readonly<Record<string, string>>,
): Promise<string[] | undefined> {
  const found: string[] = [];
  for (let PaginationToken: string | undefined; ; ) {
    const response = await fetch(origin, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'ResourceGroupsTaggingAPI_20170126.GetResources',
        // Emulators choose the service and the region by the signature's scope, and check no signature.
        authorization: `AWS4-HMAC-SHA256 Credential=rehearsal/20260101/${region}/tagging/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify({
        TagFilters: Object.entries(tags).map(([Key, value]) => ({ Key, Values: [value] })),
        ...(PaginationToken === undefined ? {} : { PaginationToken }),
      }),
      signal: AbortSignal.timeout(60_000),
    });
    if (!response.ok) return undefined;
    const page = (await response.json()) as {
      ResourceTagMappingList?: { ResourceARN: string }[];
      PaginationToken?: string;
    };
    found.push(...(page.ResourceTagMappingList ?? []).map(({ ResourceARN }) => ResourceARN));
    PaginationToken = page.PaginationToken;
    if (PaginationToken === undefined || PaginationToken === '') return found.sort();
  }
}
