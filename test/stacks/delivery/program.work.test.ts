import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import ts from 'typescript';
import { parse } from 'yaml';
import { projectDirectory } from '../../../stacks/plan/configuration.ts';
import type { Plan } from '../../../stacks/plan/evaluate.ts';
import { statementsOf } from '../../../stacks/policy/rule.ts';
import { only } from '../../components/mocks.ts';
import { readImports } from '../../imports.ts';
import { isAllowed, tagsOf } from '../../support/permissions.ts';
import { planOf } from '../../support/plans.ts';
import { actionsOfCommand, actionsOfTask } from './calls.ts';
import { deliverWith } from './program.ts';

const further = [
  'service.exposure=internal-load-balancer',
  'release.strategy=canary',
  'ingest.slackChannel=C0123456789',
  'ingest.slackToken=xoxb-1-a',
  'encryption.customerKey=true',
];

/** Programs, and the roles that they run under. */
const programs: Record<string, string> = {
  'app/server.ts': 'api-task',
  'jobs/ingest/main.ts': 'ingest-jobs-ingest',
  'jobs/fetch/main.ts': 'scans-jobs-fetch',
  'jobs/secrets/main.ts': 'scans-jobs-secrets',
  'jobs/duplicates/main.ts': 'scans-jobs-duplicates',
  'jobs/languages/main.ts': 'scans-jobs-languages',
  'jobs/sbom/main.ts': 'scans-jobs-sbom',
  'jobs/summary/main.ts': 'scans-jobs-summary',
};

/** What a program imports, by a module that others use too, and does not call. */
const uncalled: Record<string, string[]> = {
  // It writes objects and reads none.
  'jobs/fetch/main.ts': ['s3:GetObject'],
};

describe('the work of a stack’s roles within its boundary', function () {
  this.timeout(60_000);
  const plans: Plan[] = [];
  const boundaries = new Map<string, string>();

  before(async () => {
    plans.push(await planOf('dev'), await planOf('prod'), await planOf('dev', further));
    const { resources } = await deliverWith();
    for (const stack of ['dev', 'prod']) {
      const { policy } = only(resources, 'aws:iam/policy:Policy', `github-boundary-${stack}`).inputs;
      boundaries.set(stack, String(policy));
    }
  });

  /** What the policy of a role grants and IAM then refuses, because of the boundary. */
  async function refused(plan: Plan, policy: string): Promise<string[]> {
    const lost: string[] = [];
    for (const { Action, Resource, Condition } of statementsOf(policy)) {
      // The statement holds for what a service does for the role.
      const via = [Condition?.StringEquals?.['kms:ViaService'] ?? []].flat().map(String);
      for (const resource of Resource) {
        const asked = {
          policy,
          resource: oneOf(resource),
          context: {
            ...tagsOf(plan.stack),
            ...(via[0] === undefined ? {} : { 'kms:ViaService': via[0] }),
          },
        };
        for (const action of Action) {
          const boundary = boundaries.get(plan.stack) as string;
          // Items are written to tables alone; the same statement may name indexes for its queries.
          if (/\/index\//.test(resource) && action !== 'dynamodb:Query') continue;
          if (!(await isAllowed({ ...asked, action, boundary }))) lost.push(`${action} ${asked.resource}`);
        }
      }
    }
    return lost;
  }

  it('is all that their policies grant', async () => {
    let roles = 0;
    for (const plan of plans) {
      for (const { type, name, inputs } of plan.resources) {
        if (type !== 'aws:iam/rolePolicy:RolePolicy') continue;
        roles += 1;
        expect(
          await refused(plan, named(String(inputs.policy), plan.stack)),
          `${plan.stack}: ${name}`,
        ).to.deep.equal([]);
      }
    }
    expect(roles).to.be.greaterThan(50);
  });

  for (const [program, role] of Object.entries(programs)) {
    it(`is every call of the SDK in ${program}`, () => {
      const { inputs } = only(plans[0]?.resources ?? [], 'aws:iam/rolePolicy:RolePolicy', `${role}-policy`);
      const granted = statementsOf(inputs.policy).flatMap(({ Action }) => Action);
      const needed = commandsOf(program).flatMap(([client, command]) => actionsOfCommand(client, command));
      expect(needed).not.to.deep.equal([]);
      expect([...new Set(needed)].filter((action) => !granted.includes(action))).to.deep.equal(
        uncalled[program] ?? [],
      );
    });
  }

  it('is every task of the state machines', () => {
    for (const { type, name, inputs } of plans.flatMap((plan) => plan.resources)) {
      if (type !== 'aws:sfn/stateMachine:StateMachine') continue;
      const tasks = String(inputs.definition).match(/arn:aws:states:::[\w:.-]+/g) ?? [];
      expect(tasks.length, name).to.be.greaterThan(0);
      const { policy } = only(
        plans[0]?.resources ?? [],
        'aws:iam/rolePolicy:RolePolicy',
        `${name}-policy`,
      ).inputs;
      const granted = statementsOf(policy).flatMap(({ Action }) => Action);
      for (const task of tasks) {
        expect(actionsOfTask, task).to.have.property(task);
        expect(granted, `${name}: ${task}`).to.include.members(actionsOfTask[task] ?? []);
      }
    }
  });

  it('has names of buckets that S3 takes, 63 characters at most', () => {
    for (const { stack, resources } of plans) {
      for (const { type, name } of resources.filter((resource) => resource.type === 'aws:s3/bucket:Bucket')) {
        const [, , , , , bucket = ''] = named(`arn:aws:s3:::${name}-1a2b3c4`, stack).split(':');
        expect(bucket, type).to.match(/^[a-z0-9][a-z0-9-]{1,62}$/);
      }
    }
  });
});

const { resources: patterns } = parse(readFileSync(`${projectDirectory}/Pulumi.yaml`, 'utf8')).config[
  'pulumi:autonaming'
].value.providers.aws;

/** A policy of a plan as it is in AWS: a plan names nothing by the patterns of Pulumi.yaml. */
function named(policy: string, stack: string): string {
  const byPattern = (type: string) => (_whole: string, before: string, name: string, suffix: string) => {
    const values: Record<string, string> = { project: 'trellis', stack, name, 'hex(7)': suffix };
    return (
      before + String(patterns[type].pattern).replace(/\$\{([^}]+)\}/g, (_, key) => values[key] as string)
    );
  };
  return policy
    .replace(/(arn:aws:s3:::)([\w-]+)-(\w{7})\b/g, byPattern('aws:s3/bucket:Bucket'))
    .replace(
      /(:api-destination\/)([\w-]+)-(\w{7})\b/g,
      byPattern('aws:cloudwatch/eventApiDestination:EventApiDestination'),
    );
}

/** One of the resources that a pattern means. */
function oneOf(pattern: string): string {
  if (pattern === '*') return pattern;
  return pattern
    .replace(/^(arn:aws:logs:.*):\*$/, '$1:log-stream:any')
    .replace(/(job-definition\/.*):\*$/, '$1:1')
    .replaceAll('*', 'any');
}

/** The commands that a program imports from the SDK, by way of any file. */
function commandsOf(program: string): [client: string, command: string][] {
  const imports = readImports();
  const seen = new Set([program]);
  for (const file of seen) for (const imported of imports.get(file) ?? []) seen.add(imported);
  return [...seen].filter((file) => imports.has(file)).flatMap(importedCommands);
}

function importedCommands(file: string): [string, string][] {
  const source = ts.createSourceFile(
    file,
    readFileSync(`${projectDirectory}/${file}`, 'utf8'),
    ts.ScriptTarget.Latest,
  );
  return source.statements.filter(ts.isImportDeclaration).flatMap(({ importClause, moduleSpecifier }) => {
    const client = ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : '';
    const bindings = importClause?.namedBindings;
    if (!client.startsWith('@aws-sdk/client-') || bindings === undefined || !ts.isNamedImports(bindings))
      return [];
    return bindings.elements
      .map(({ name }) => name.text)
      .filter((name) => name.endsWith('Command'))
      .map((name): [string, string] => [client, name]);
  });
}
