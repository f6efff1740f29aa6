import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { projectDirectory, readConfiguration } from '../plan/configuration.ts';
import { endpointsFor } from './endpoints.ts';

/** An image that is never pulled: an emulator starts no containers. */
const image = `rehearsal.invalid/app@sha256:${'0'.repeat(64)}`;

/** Where a rehearsal keeps its project, its state and its secrets, apart from those of the user. */
export interface Workspace {
  /** The directory of its Pulumi.yaml. */
  directory: string;
  /** Variables that lead Pulumi there. */
  variables: Readonly<Record<string, string>>;
  stack: string;
  project: string;
  region: string;
  /** Of the address that stands for AWS, which the state keeps. */
  port: number;
  /** Settings of the stack file that only the stack's own key can read. */
  leftOut: readonly string[];
  remove(): void;
}

/**
 * Makes a project whose program is this one's, with the stack's configuration sent to an emulator. Pulumi writes into the
 * stack file and into the directory of its state, so both are new ones.
 *
 * @param types of the stack's resources
 */
export function createWorkspace(stack: string, endpoint: string, types: Iterable<string>): Workspace {
  const { project, config, secretKeys } = readConfiguration(stack);
  const directory = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  mkdirSync(join(directory, 'state'));
  const plain = Object.entries(config).filter(([key]) => !secretKeys.includes(key));
  const settings = {
    ...Object.fromEntries(plain),
    [`${project}:image.digest`]: image,
    'aws:accessKey': 'rehearsal',
    'aws:secretKey': 'rehearsal',
    'aws:endpoints': JSON.stringify(endpointsFor(types, endpoint)),
    'aws:s3UsePathStyle': 'true',
    'aws:skipCredentialsValidation': 'true',
    'aws:skipMetadataApiCheck': 'true',
  };
  writeFileSync(join(directory, `Pulumi.${stack}.yaml`), stringify({ config: settings }));
  const description = parse(readFileSync(join(projectDirectory, 'Pulumi.yaml'), 'utf8'));
  writeFileSync(
    join(directory, 'Pulumi.yaml'),
    stringify({ ...description, main: projectDirectory.replace(/\/$/, '') }),
  );
  const kept: Kept = {
    stack,
    project,
    region: config['aws:region'] ?? 'us-east-1',
    port: Number(new URL(endpoint).port),
    leftOut: secretKeys,
    passphrase: randomBytes(16).toString('hex'),
  };
  writeFileSync(join(directory, keptFile), JSON.stringify(kept), { mode: 0o600 });
  return openWorkspace(directory);
}

const keptFile = 'rehearsal.json';

/** What a later command needs to destroy what this one has made. */
type Kept = Pick<Workspace, 'stack' | 'project' | 'region' | 'port' | 'leftOut'> & { passphrase: string };

/** The project of an earlier rehearsal. */
export function openWorkspace(directory: string): Workspace {
  const file = join(directory, keptFile);
  if (!existsSync(file)) throw new Error(`no rehearsal has kept its project in ${directory}`);
  const { passphrase, ...kept }: Kept = JSON.parse(readFileSync(file, 'utf8'));
  return {
    ...kept,
    directory,
    variables: {
      PULUMI_BACKEND_URL: `file://${join(directory, 'state')}`,
      PULUMI_CONFIG_PASSPHRASE: passphrase,
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** The user's environment without what leads to an account, a login or another stack. */
export function rehearsalEnvironment(
  environment: NodeJS.ProcessEnv,
  { variables }: Pick<Workspace, 'variables'>,
): NodeJS.ProcessEnv {
  const leads = (name: string) =>
    /^AWS_/.test(name) || (/^PULUMI_/.test(name) && name !== 'PULUMI_HOME') || /_PROXY$/i.test(name);
  const kept = Object.entries(environment).filter(([name]) => !leads(name));
  return {
    ...Object.fromEntries(kept),
    ...variables,
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    AWS_ACCESS_KEY_ID: 'rehearsal',
    AWS_SECRET_ACCESS_KEY: 'rehearsal',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
