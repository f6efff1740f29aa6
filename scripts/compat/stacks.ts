import { changesOf } from '../../stacks/changes/changes.ts';
import { noEffect } from '../../stacks/changes/effects.ts';
import { Engine } from '../../stacks/changes/engine.ts';
import { type Living, livingOf } from '../../stacks/changes/living.ts';
import type { Answer, Cloud, Evaluation, Registered } from '../../stacks/evaluate/registered.ts';
import { simulatedCloud } from '../../stacks/plan/cloud.ts';
import { readConfiguration } from '../../stacks/plan/configuration.ts';
import { evaluateOwn } from '../../stacks/plan/evaluate.ts';
import { evaluateExample, examples } from '../examples.ts';
import type { Finding } from './finding.ts';

/** A program whose living stacks an upgrade must not harm. */
export interface Subject {
  readonly name: string;
  readonly region: string;
  evaluate(cloud: Cloud): Promise<Evaluation>;
}

/** What a record keeps of an evaluation. */
export interface Recorded {
  readonly resources: readonly Registered[];
  readonly answers: Readonly<Record<string, Answer>>;
}

/** Content that programs bring along, which changes with them and not with the components. */
const contents = /^(aws:s3\/bucketObject(v2)?:|docker-build:index:Image)/;

/** A change of these makes a new revision beside the old one, which stays. */
const revisions = new Set(['aws:ecs/taskDefinition:TaskDefinition', 'aws:batch/jobDefinition:JobDefinition']);

/** An image by digest stands for one that is built, whose name is a hash of the sources. */
const digest = `image.digest=sha256:${'0'.repeat(64)}`;

export function subjects(): Subject[] {
  const programs = examples.map((name) => ({
    name: `examples/${name}`,
    region: 'us-east-1',
    evaluate: (cloud: Cloud) => evaluateExample(name, undefined, cloud),
  }));
  const stacks = ['dev', 'prod'].map((stack) => {
    const configuration = readConfiguration(stack, [digest]);
    return {
      name: `stack ${stack}`,
      region: configuration.config['aws:region'] ?? 'us-east-1',
      evaluate: (cloud: Cloud) => evaluateOwn(stack, configuration, cloud),
    };
  });
  return [...programs, ...stacks];
}

export async function record(subject: Subject): Promise<Recorded> {
  const evaluation = await subject.evaluate(simulatedCloud(subject.region));
  const resources = evaluation.resources.filter(({ type }) => !contents.test(type));
  const answers = resources.map(({ urn }) => [urn, evaluation.answers.get(urn) ?? absent] as const);
  return { resources, answers: Object.fromEntries(answers) };
}

const absent: Answer = { id: undefined, outputs: {} };

/** What this version of the components does to a stack that the recorded one deployed. */
export async function changesSince(subject: Subject, { resources, answers }: Recorded): Promise<Finding[]> {
  const living: Living = livingOf({ resources, answers: new Map(Object.entries(answers)), outputs: {} });
  const engine = new Engine(living, subject.region);
  const now = await subject.evaluate(engine);
  const { changes, conflicts } = changesOf(engine.finish());
  const found = changes
    .filter(({ type }) => !contents.test(type))
    .map(({ action, type, name, because, effect }): Finding => {
      const breaks = /replace|delete/.test(action) && !revisions.has(type);
      const reasons = because.length === 0 ? '' : `: ${because.join('; ')}`;
      const noticed = effect === noEffect ? '' : ` (${effect})`;
      return {
        level: breaks ? 'major' : 'minor',
        where: subject.name,
        what: `${action} ${name} (${type})${reasons}${noticed}`,
      };
    });
  const refused = conflicts.map(
    ({ identity, why }): Finding => ({ level: 'major', where: subject.name, what: `${identity}: ${why}` }),
  );
  const forgotten = forgottenNames(resources, now.resources).map(
    (what): Finding => ({ level: 'major', where: subject.name, what }),
  );
  return [...found, ...refused, ...forgotten];
}

/** Former names by which the last release took resources over. A stack from before them, which skips that release, would
 * have these resources deleted and made anew. */
function forgottenNames(before: readonly Registered[], after: readonly Registered[]): string[] {
  const aliases = new Map(after.map((resource) => [resource.urn, resource.aliases]));
  return before.flatMap(({ urn, name, type, aliases: former }) => {
    const kept = aliases.get(urn);
    if (kept === undefined) return [];
    return former
      .filter((alias) => !kept.includes(alias))
      .map((alias) => `${name} (${type}) drops its alias ${alias}`);
  });
}
