import { rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ECS } from '@aws-sdk/client-ecs';
import type { AssumedRole, ProviderSettings } from './provider.ts';

/** Milliseconds after which an attempt is given up, so that no `up` waits for a connection that is dead. */
const timeouts = { connectionTimeout: 10_000, requestTimeout: 30_000, throwOnRequestTimeout: true };

/** Attempts at each call. ECS throttles callers that describe many services at once. */
const maxAttempts = 6;

/**
 * A client of ECS that signs as the aws provider does: by its keys, profile, files and roles, at its endpoint. Neither SDK is
 * loaded before, since most runs of a program are previews.
 *
 * @param region of the service, from its ARN: the provider's own may be set in several ways
 */
export async function ecsClient(settings: ProviderSettings, region: string): Promise<ECS> {
  const { ECS } = await import('@aws-sdk/client-ecs');
  const endpoint = endpointOf(settings, 'ecs');
  return new ECS({
    region,
    maxAttempts,
    credentials: await credentialsOf(settings, region),
    // Node reads the proxy variables only for an agent that is told so; the provider reads them always.
    requestHandler: { ...timeouts, httpsAgent: { proxyEnv: process.env } },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(settings.useFipsEndpoint === undefined ? {} : { useFipsEndpoint: settings.useFipsEndpoint }),
    ...(settings.useDualstackEndpoint === undefined
      ? {}
      : { useDualstackEndpoint: settings.useDualstackEndpoint }),
  });
}

/** The URL that stands in for a service of AWS, such as an emulator's; undefined for AWS itself. */
export function endpointOf({ endpoints = [] }: ProviderSettings, service: string): string | undefined {
  return endpoints.find((each) => each[service] !== undefined)?.[service];
}

/** The credentials that the provider would use: its own or the environment's, and each of its roles assumed in turn. */
async function credentialsOf(settings: ProviderSettings, region: string) {
  const providers = await import('@aws-sdk/credential-providers');
  const sts = endpointOf(settings, 'sts');
  const clientConfig = {
    region: settings.stsRegion ?? region,
    ...(sts === undefined ? {} : { endpoint: sts }),
  };
  const { accessKey, secretKey, token, assumeRoleWithWebIdentity: web } = settings;
  const session = { clientConfig };
  const start =
    web !== undefined
      ? webIdentity(providers, web, session)
      : accessKey !== undefined && secretKey !== undefined
        ? async () => ({
            accessKeyId: accessKey,
            secretAccessKey: secretKey,
            ...(token === undefined ? {} : { sessionToken: token }),
          })
        : providers.fromNodeProviderChain({ ...(await filesOf(settings)), clientConfig });
  return (settings.assumeRoles ?? []).reduce(
    (masterCredentials: typeof start, role) =>
      providers.fromTemporaryCredentials({ masterCredentials, params: roleParams(role), clientConfig }),
    start,
  );
}

function webIdentity(
  providers: typeof import('@aws-sdk/credential-providers'),
  web: NonNullable<ProviderSettings['assumeRoleWithWebIdentity']>,
  session: { clientConfig: { region: string } },
) {
  const { RoleArn, RoleSessionName } = roleParams(web);
  const role = { ...session, roleArn: RoleArn, roleSessionName: RoleSessionName };
  return web.webIdentityToken === undefined
    ? providers.fromTokenFile({
        ...role,
        ...(web.webIdentityTokenFile === undefined ? {} : { webIdentityTokenFile: web.webIdentityTokenFile }),
      })
    : providers.fromWebToken({ ...role, webIdentityToken: web.webIdentityToken });
}

/** The profile and its files. */
async function filesOf({ profile, sharedConfigFiles, sharedCredentialsFiles }: ProviderSettings) {
  const [configFilepath, filepath] = await Promise.all(
    [sharedConfigFiles, sharedCredentialsFiles].map(oneOf),
  );
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(configFilepath === undefined ? {} : { configFilepath }),
    ...(filepath === undefined ? {} : { filepath }),
  };
}

/**
 * The provider reads all files that are there, and a later one wins; the SDK for JavaScript reads one. So several become
 * one, which only this user can read, until the process ends.
 */
async function oneOf(files: string[] = []): Promise<string | undefined> {
  if (files.length < 2) return files[0];
  const texts = files.map((file) => readFile(file.replace(/^~(?=\/)/, homedir()), 'utf8').catch(() => ''));
  const directory = await mkdtemp(join(tmpdir(), 'trellis-profiles-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'profiles');
  await writeFile(file, (await Promise.all(texts)).join('\n'), { mode: 0o600 });
  return file;
}

function roleParams(role: AssumedRole) {
  return {
    RoleArn: role.roleArn ?? '',
    RoleSessionName: role.sessionName ?? 'release-check',
    ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
    ...(role.duration === undefined ? {} : { DurationSeconds: seconds(role.duration) }),
    ...(role.policy === undefined ? {} : { Policy: role.policy }),
    ...(role.policyArns === undefined ? {} : { PolicyArns: role.policyArns.map((arn) => ({ arn })) }),
    ...(role.sourceIdentity === undefined ? {} : { SourceIdentity: role.sourceIdentity }),
    ...(role.tags === undefined
      ? {}
      : { Tags: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })) }),
    ...(role.transitiveTagKeys === undefined ? {} : { TransitiveTagKeys: role.transitiveTagKeys }),
  };
}

/** Seconds of a duration as Go writes it. STS takes 15 minutes to 12 hours, so its smaller units do not matter. */
export function seconds(duration: string): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1 };
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(h|m(?!s)|s)/g)];
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit as string] as number), 0);
}
