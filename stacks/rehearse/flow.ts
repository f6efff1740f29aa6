import { unexplainedChanges } from './gaps.ts';
import { type EngineEvent, eventOf, type Preview, type Pulumi } from './pulumi.ts';

/** What a step of a rehearsal did. */
export interface StepReport {
  step: string;
  seconds: number;
  /** Resources by what happened to them, as Pulumi counts. */
  changes: Readonly<Record<string, number>>;
  /** What should not have been; none in a good rehearsal. */
  problems: readonly string[];
}

export interface Plot {
  stack: string;
  /** Whether destroying the stack must be refused until its protection is off. */
  isProtected: boolean;
  /** The change of a living stack, `key=value`; undefined to destroy what is up already. */
  change: string | undefined;
}

/** Resources between two lines of progress. */
const stride = 25;

/**
 * Brings a stack up, previews it again, changes it and takes it down. It ends early with the first step that Pulumi fails,
 * since those after it would only repeat its problem; a difference found by the preview is no such failure.
 *
 * @param tell hears how far it is
 * @param done hears of each step that has ended
 */
export async function rehearse(
  pulumi: Pulumi,
  plot: Plot,
  tell: (progress: string) => void,
  done: (report: StepReport) => void,
): Promise<void> {
  for (const [step, act] of steps(pulumi, plot, tell)) {
    tell(step);
    const started = Date.now();
    const { changes, problems, isFailed } = await act();
    done({ step, seconds: Math.round((Date.now() - started) / 1000), changes, problems });
    if (isFailed) return;
  }
}

interface Outcome {
  changes: Record<string, number>;
  problems: string[];
  /** Whether the steps after it have no sense. */
  isFailed: boolean;
}
type Step = [name: string, act: () => Promise<Outcome>];

function steps(
  pulumi: Pulumi,
  { stack, isProtected, change }: Plot,
  tell: (progress: string) => void,
): Step[] {
  const of = ['--stack', stack];
  const update = (command: 'up' | 'destroy') =>
    operation(pulumi, [command, '--yes', '--skip-preview', '--json', ...of], tell);
  const set = (setting: string) => configure(pulumi, setting, of);
  if (change === undefined) return [['destroy', () => update('destroy')]];
  return [
    ['make the stack', () => plain(pulumi, ['stack', 'init', stack])],
    ['up', () => update('up')],
    ['preview again', () => secondPreview(pulumi, of)],
    [`change ${change}`, async () => failedFirst(await set(change), () => update('up'))],
    ...(isProtected
      ? ([
          ['destroy is refused', async () => refused(await update('destroy'))],
          [
            'take the protection off',
            async () => failedFirst(await set('deletionProtection=false'), () => update('up')),
          ],
        ] satisfies Step[])
      : []),
    ['destroy', () => update('destroy')],
  ];
}

async function failedFirst(first: Outcome, next: () => Promise<Outcome>): Promise<Outcome> {
  return first.isFailed ? first : next();
}

function configure(pulumi: Pulumi, setting: string, of: readonly string[]): Promise<Outcome> {
  const at = setting.indexOf('=');
  return plain(pulumi, ['config', 'set', setting.slice(0, at), setting.slice(at + 1), ...of]);
}

async function plain(pulumi: Pulumi, args: readonly string[]): Promise<Outcome> {
  const { code, output } = await pulumi.run(args);
  const problems = code === 0 ? [] : [`pulumi ${args[0]} ended with ${code}: ${output.slice(-2000)}`];
  return { changes: {}, problems, isFailed: code !== 0 };
}

/** An operation that changes resources, told while it goes on. */
async function operation(
  pulumi: Pulumi,
  args: readonly string[],
  tell: (progress: string) => void,
): Promise<Outcome> {
  const problems: string[] = [];
  let changes: Record<string, number> = {};
  let count = 0;
  const hear = ({ resOutputsEvent, resOpFailedEvent, diagnosticEvent, summaryEvent }: EngineEvent) => {
    if (resOutputsEvent !== undefined && ++count % stride === 0) tell(`${args[0]}: ${count} resources`);
    if (resOpFailedEvent !== undefined) {
      const { op, urn } = resOpFailedEvent.metadata;
      problems.push(`could not ${op} ${nameIn(urn)}`);
    }
    if (diagnosticEvent?.severity === 'error') {
      const text = diagnosticEvent.message.replaceAll(/<\{%.*?%\}>/g, '').trim();
      problems.push(`${nameIn(diagnosticEvent.urn ?? '')}: ${text}`);
    }
    if (summaryEvent !== undefined) changes = summaryEvent.resourceChanges;
  };
  const { code, output } = await pulumi.run(args, (line) => hear(eventOf(line) ?? {}));
  if (code !== 0 && problems.length === 0)
    problems.push(`pulumi ${args[0]} ended with ${code}: ${output.slice(-2000)}`);
  return { changes, problems, isFailed: code !== 0 };
}

/** What was just brought up needs no change. */
async function secondPreview(pulumi: Pulumi, of: readonly string[]): Promise<Outcome> {
  const { code, output } = await pulumi.run(['preview', '--json', ...of]);
  if (code !== 0)
    return {
      changes: {},
      problems: [`pulumi preview ended with ${code}: ${output.slice(-2000)}`],
      isFailed: true,
    };
  const preview: Preview = JSON.parse(output);
  const problems = unexplainedChanges(preview).map((change) => `would change again: ${change}`);
  return { changes: preview.changeSummary ?? {}, problems, isFailed: false };
}

/** A protected stack must refuse, and lose nothing before it does. */
function refused({ changes, isFailed }: Outcome): Outcome {
  const deleted = changes.delete ?? 0;
  const problems = [
    ...(isFailed ? [] : ['a protected stack was destroyed']),
    ...(deleted === 0 ? [] : [`${deleted} resources were deleted before it was refused`]),
  ];
  return { changes, problems, isFailed: problems.length > 0 };
}

function nameIn(urn: string): string {
  return urn.split('::').at(-1) || 'the stack';
}
