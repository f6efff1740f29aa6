/**
 * `node stacks/delivery/pushed-image.ts --stack <name>`: where the image of these sources is in the registry already,
 * as after a rollback or a revert, deploys that one. It would be built and pushed under a tag that exists, and the
 * repository is immutable. Changes the stack's file, which is of no consequence on CI: nobody commits it.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { contentTag } from '../../components/container-image/content-hash.ts';
import { parseReference } from '../../components/container-image/reference.ts';
import { imageSources } from '../image.ts';
import { projectDirectory, readConfiguration } from '../plan/configuration.ts';
import { definitions } from '../settings/index.ts';

/** Runs a program and returns what it prints. @throws when it fails */
export type Run = (program: string, args: string[]) => string;

/** The digest that the stack was set to; undefined when the image must be built, or is given by the stack's file. */
export function usePushedImage(stack: string, run: Run): string | undefined {
  const { project, config } = readConfiguration(stack);
  if (config[`${project}:image.digest`] !== undefined) return undefined;
  // Nothing before the first deployment.
  const { image } = JSON.parse(run('pulumi', ['stack', 'output', '--json', '--stack', stack]));
  const deployed = parseReference(String(image))?.ecr;
  if (deployed === undefined) return undefined;
  const architecture =
    config[`${project}:service.architecture`] ?? definitions['service.architecture'].default;
  const tag = contentTag({ ...imageSources, context: join(projectDirectory, '.'), architecture });
  const digest = digestOf(deployed, tag, run);
  if (digest !== undefined) run('pulumi', ['config', 'set', 'image.digest', digest, '--stack', stack]);
  return digest;
}

function digestOf(repository: { region: string; name: string }, tag: string, run: Run): string | undefined {
  const found = run('aws', [
    'ecr',
    'list-images',
    '--region',
    repository.region,
    '--repository-name',
    repository.name,
    '--filter',
    'tagStatus=TAGGED',
    '--query',
    `imageIds[?imageTag=='${tag}'].imageDigest | [0]`,
    '--output',
    'json',
  ]);
  return JSON.parse(found) ?? undefined;
}

if (import.meta.main) {
  const { stack } = parseArgs({ options: { stack: { type: 'string' } } }).values;
  if (stack === undefined) throw new Error('which stack? --stack <name>');
  const digest = usePushedImage(stack, (program, args) => execFileSync(program, args, { encoding: 'utf8' }));
  process.stdout.write(digest === undefined ? 'no image to reuse\n' : `reuses ${digest}\n`);
}
