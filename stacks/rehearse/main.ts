import { enableCompileCache } from 'node:module';
import { exitCodes, Misuse, runCommand } from '../../scripts/command.ts';
import { answers, tagged } from './emulator.ts';
import { loopbackOrigin } from './endpoints.ts';
import { type Plot, rehearse, type StepReport } from './flow.ts';
import { unexplainedLeft } from './gaps.ts';
import { NoPulumi, type Pulumi, pulumiIn } from './pulumi.ts';
import { type StandIn, standInFor } from './stand-in.ts';
import { createWorkspace, openWorkspace, rehearsalEnvironment, type Workspace } from './workspace.ts';

enableCompileCache();

await runCommand({
  name: 'npm run rehearse',
  help: `-- --stack <name> --endpoint <url> [options]

Brings the stack up with Pulumi's own engine and plugins against an emulator of AWS that runs on this machine, previews it
again (nothing may change), changes a setting, destroys it (a protected one must refuse first), and lists what is left.

  --stack <name>        whose Pulumi.<name>.yaml says what to make; secrets in it are left out
  --endpoint <url>      of the emulator, such as http://127.0.0.1:5000; no other machine's
  --change <key=value>  the setting that is changed (logs.retentionDays=14)
  --keep                keep the rehearsal's project and state
  --destroy <directory> destroy what an earlier rehearsal has left up, whose project was kept there
  --json                as JSON: {stack, endpoint, steps: [{step, seconds, changes, problems}], left}
  --help                this text

Needs the Pulumi CLI and its plugins for aws and random. Project, state and passphrase are the rehearsal's own, in a
temporary directory; your login, stacks and AWS credentials are not used.
Exit codes: 0 rehearsed, 1 a step failed, changed something or left something, 2 called wrongly, 5 no Pulumi CLI, 130 interrupted.`,
  options: {
    stack: { type: 'string' },
    endpoint: { type: 'string' },
    change: { type: 'string', default: 'logs.retentionDays=14' },
    keep: { type: 'boolean', default: false },
    destroy: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
  run: async ({ stack, endpoint, change, keep, destroy, json }) => {
    if ((stack === undefined) === (destroy === undefined))
      throw new Misuse('which stack? --stack <name>, or --destroy <directory> of an earlier rehearsal');
    if (endpoint === undefined) throw new Misuse('which emulator? --endpoint http://127.0.0.1:5000');
    const origin = loopbackOrigin(endpoint);
    if (origin === undefined)
      throw new Misuse(`--endpoint must be the origin of an emulator on this machine, not "${endpoint}"`);
    if (!/^[^=]+=/.test(change)) throw new Misuse(`--change takes key=value, not "${change}"`);
    const tell = (text: string) => void (json ? console.error(text) : console.log(text));
    try {
      return await run({ stack, origin, change, keep, destroy, json }, tell);
    } catch (error) {
      if (!(error instanceof NoPulumi)) throw error;
      console.error(error.message);
      return exitCodes.noPulumi;
    }
  },
});

interface Options {
  /** Undefined with `destroy`. */
  stack: string | undefined;
  origin: string;
  change: string;
  keep: boolean;
  destroy: string | undefined;
  json: boolean;
}

async function run(options: Options, tell: (text: string) => void): Promise<number> {
  const { origin, keep, json } = options;
  const { output: version } = await pulumiIn('.', process.env).run(['version']);
  if (!(await answers(origin)))
    throw new Error(
      `nothing answers at ${origin}: start an emulator of AWS there first, such as moto_server`,
    );
  tell(`Pulumi ${version.trim()}, emulator at ${origin}`);
  const { workspace, plot, standIn } = await prepare(options);
  if (workspace.leftOut.length > 0)
    tell(`left out, since they are encrypted: ${workspace.leftOut.join(', ')}`);
  const pulumi = pulumiIn(workspace.directory, rehearsalEnvironment(process.env, workspace));
  const interrupted = passSignalsOn(pulumi);
  const reports: StepReport[] = [];
  try {
    await rehearse(pulumi, plot, tell, (report) => {
      reports.push(report);
      for (const line of linesOf(report)) tell(line);
    });
  } finally {
    standIn.close();
  }
  const { stack } = plot;
  const isDown = reports.at(-1)?.step === 'destroy' && reports.at(-1)?.problems.length === 0;
  const left = isDown
    ? await tagged(origin, workspace.region, { project: workspace.project, stack })
    : undefined;
  if (isDown) tell(left === undefined ? 'what is left: the emulator cannot say' : `left: ${left.length}`);
  for (const arn of left ?? []) tell(`  ${arn}`);
  if (json)
    console.log(JSON.stringify({ stack, endpoint: origin, steps: reports, left: left ?? null }, null, 2));
  if (isDown && !keep) workspace.remove();
  else tell(howToDestroy(workspace, origin));
  if (interrupted()) return exitCodes.interrupted;
  const isGood =
    reports.every(({ problems }) => problems.length === 0) && unexplainedLeft(left ?? []).length === 0;
  return isDown && isGood ? exitCodes.done : exitCodes.failed;
}

interface Preparation {
  workspace: Workspace;
  plot: Plot;
  standIn: StandIn;
}

/** A new project for a stack, or the one that an earlier rehearsal kept. */
async function prepare({ stack, origin, change, destroy }: Options): Promise<Preparation> {
  if (stack === undefined) {
    const workspace = openWorkspace(destroy as string);
    // The state names the address that the stand-in had then.
    const standIn = await standInFor(origin, workspace.port);
    return { workspace, standIn, plot: { stack: workspace.stack, isProtected: false, change: undefined } };
  }
  const { evaluate } = await import('../plan/evaluate.ts');
  const { resources } = await evaluate(stack, [change]);
  const standIn = await standInFor(origin);
  const types = resources.map(({ type }) => type);
  const isProtected = resources.some(({ options }) => options.protect === true);
  return {
    workspace: createWorkspace(stack, standIn.url, types),
    standIn,
    plot: { stack, isProtected, change },
  };
}

/** Pulumi ends what it has begun when it is interrupted, and this command waits for that. @returns whether it happened */
function passSignalsOn(pulumi: Pulumi): () => boolean {
  let isInterrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      isInterrupted = true;
      pulumi.interrupt();
    });
  }
  return () => isInterrupted;
}

function linesOf({ step, seconds, changes, problems }: StepReport): string[] {
  const counted = Object.entries(changes).map(([op, count]) => `${count} ${op}`);
  return [
    `  ${problems.length === 0 ? 'good' : 'BAD'}: ${step}, ${seconds} s${counted.length === 0 ? '' : `, ${counted.join(', ')}`}`,
    ...problems.map((problem) => `    ${problem}`),
  ];
}

function howToDestroy({ directory }: Workspace, origin: string): string {
  return (
    `its project and state are kept in ${directory}. To destroy what is up: npm run rehearse -- --destroy ${directory} ` +
    `--endpoint ${origin}. An emulator that is started anew has forgotten it: rm -r ${directory}`
  );
}
