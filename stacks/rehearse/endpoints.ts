/** The aws provider's names of services, by the module of Pulumi's types, where they differ or are several. */
const servicesOf: Record<string, readonly string[]> = {
  cloudwatch: ['cloudwatch', 'cloudwatchlogs', 'eventbridge'],
  lb: ['elbv2'],
  // Tags of buckets are read from the service of the account's settings.
  s3: ['s3', 's3control'],
  vpc: ['ec2'],
};

/**
 * The provider's setting `endpoints` that sends every call of a stack to an emulator: one entry for each service that its
 * resources are of, and STS, by which the provider finds its account. A service that is left out would be asked at AWS.
 *
 * @param types of the stack's resources, such as `aws:ecs/service:Service`
 */
export function endpointsFor(types: Iterable<string>, url: string): Record<string, string>[] {
  const modules = [...types].flatMap((type) => /^aws:(\w+)\//.exec(type)?.[1] ?? []);
  const services = new Set(['sts', ...modules.flatMap((module) => servicesOf[module] ?? [module])]);
  return [Object.fromEntries([...services].sort().map((service) => [service, url]))];
}

/**
 * The origin of an emulator on this machine.
 * @returns undefined for any other address: what is rehearsed must not reach AWS, nor somebody else's emulator
 */
export function loopbackOrigin(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, origin, pathname, search, username } = new URL(text);
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
  const isOrigin = pathname === '/' && search === '' && username === '';
  return isLoopback && isOrigin && /^https?:$/.test(protocol) ? origin : undefined;
}
