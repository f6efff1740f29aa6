import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { projectDirectory } from '../../stacks/plan/configuration.ts';

export interface Step {
  name?: string;
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}

export interface Job {
  uses?: string;
  if?: string;
  needs?: string | string[];
  with?: Record<string, string>;
  secrets?: unknown;
  permissions?: Record<string, string>;
  environment?: { name: string };
  concurrency?: { group: string; 'cancel-in-progress': boolean };
  'timeout-minutes'?: number;
  steps?: Step[];
}

export interface Workflow {
  on: Record<string, unknown>;
  permissions?: Record<string, string>;
  jobs: Record<string, Job>;
}

const directory = `${projectDirectory}/.github/workflows`;

/** The text of each workflow, by file name. */
export function texts(): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory).map((file) => [file, readFileSync(`${directory}/${file}`, 'utf8')]),
  );
}

/** The rules that every workflow keeps, as a list of where they are broken. */
export function problemsOf(file: string, text: string): string[] {
  const workflow = parse(text) as Workflow;
  const problems: string[] = [];
  const check = (holds: boolean, problem: string) => holds || problems.push(`${file}: ${problem}`);
  check(!('pull_request_target' in workflow.on), 'pull_request_target runs foreign code with our rights');
  check(JSON.stringify(workflow.permissions) === '{"contents":"read"}', 'permissions must be contents: read');
  check(!/\bsecrets\b\s*[.:[]/.test(text), 'no secrets: identities come by OpenID Connect');
  for (const line of text.split('\n').filter((line) => /^\s*(- )?uses:/.test(line))) {
    const pinned = /uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line);
    check(pinned || line.includes('uses: ./'), `not pinned by commit, with its version: ${line.trim()}`);
  }
  for (const [name, job] of Object.entries(workflow.jobs))
    problems.push(...jobProblems(`${file} ${name}`, job));
  return problems;
}

function jobProblems(where: string, job: Job): string[] {
  const problems: string[] = [];
  const check = (holds: boolean, problem: string) => holds || problems.push(`${where}: ${problem}`);
  const steps = job.steps ?? [];
  // A job that calls another workflow has none of its own.
  check(job.uses !== undefined || Number(job['timeout-minutes']) > 0, 'needs timeout-minutes');
  check(job.uses !== undefined || job.permissions !== undefined, 'needs permissions of its own');
  const writes = Object.entries(job.permissions ?? {}).filter(([, access]) => access === 'write');
  check(writes.length <= 1, 'one thing to write at most');
  const assumes = steps.some(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials@'));
  const publishes = steps.some(({ run }) => /\bnpm publish\b.* --provenance\b/.test(run ?? ''));
  const hasToken = job.permissions?.['id-token'] === 'write';
  check(
    hasToken === (assumes || publishes || Boolean(job.uses?.endsWith('deploy-stack.yml'))),
    'id-token where a role is assumed or a package is signed',
  );
  for (const { run = '', uses = '', with: inputs = {} } of steps) {
    check(!run.includes('${{'), `an expression in a script is code: ${run}`);
    check(
      !uses.startsWith('actions/checkout@') || inputs['persist-credentials'] === false,
      'keeps credentials',
    );
    check(!('aws-access-key-id' in inputs || 'aws-secret-access-key' in inputs), 'long-lived keys');
  }
  return problems;
}
