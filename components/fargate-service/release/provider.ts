import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/** The part of the aws provider's configuration that says how it reaches ECS, by the names that `aws:…` has. */
export interface ProviderSettings {
  accessKey?: string;
  secretKey?: string;
  token?: string;
  profile?: string;
  sharedConfigFiles?: string[];
  sharedCredentialsFiles?: string[];
  assumeRoles?: AssumedRole[];
  assumeRoleWithWebIdentity?: AssumedRole & { webIdentityToken?: string; webIdentityTokenFile?: string };
  /** URLs by service, in place of AWS's own. */
  endpoints?: Record<string, string>[];
  stsRegion?: string;
  useFipsEndpoint?: boolean;
  useDualstackEndpoint?: boolean;
}

/** A role that the provider assumes before it calls AWS. */
export interface AssumedRole {
  roleArn?: string;
  sessionName?: string;
  externalId?: string;
  /** As Go writes it: `1h30m`. */
  duration?: string;
  policy?: string;
  policyArns?: string[];
  sourceIdentity?: string;
  tags?: Record<string, string>;
  transitiveTagKeys?: string[];
}

type Key = keyof ProviderSettings;

/** Whether the provider hands a setting over as JSON text. */
const isJson: Record<Key, boolean> = {
  accessKey: false,
  secretKey: false,
  token: false,
  profile: false,
  sharedConfigFiles: true,
  sharedCredentialsFiles: true,
  assumeRoles: true,
  assumeRoleWithWebIdentity: true,
  endpoints: true,
  stsRegion: false,
  useFipsEndpoint: true,
  useDualstackEndpoint: true,
};
const keys = Object.keys(isJson) as Key[];

/** The settings of the provider that deploys `component`: an explicit one, or the default one, which `aws:…` configures. */
export function providerSettings(component: pulumi.Resource): pulumi.Output<ProviderSettings> {
  const provider = component.getProvider('aws:ecs/service:Service');
  if (provider === undefined) return pulumi.output(defined((key) => aws.config[key]));
  // Every input of a provider is one of its outputs; the type names only those that are text.
  const outputs = provider as unknown as Record<Key, pulumi.Output<string | undefined> | undefined>;
  return pulumi
    .all(keys.map((key) => outputs[key]))
    .apply((values) => defined((key) => read(key, values[keys.indexOf(key)])));
}

function read(key: Key, value: string | undefined): unknown {
  if (value === undefined || !isJson[key]) return value;
  return JSON.parse(value);
}

function defined(settingOf: (key: Key) => unknown): ProviderSettings {
  return Object.fromEntries(
    keys.map((key) => [key, settingOf(key)]).filter(([, value]) => value !== undefined),
  );
}
