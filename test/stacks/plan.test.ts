import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import { bareEnvironment } from '../../local/bare-environment.ts';
import { exitCodes } from '../../scripts/command.ts';
import { parseStack, projectDirectory, readConfiguration } from '../../stacks/plan/configuration.ts';
import { evaluate, evaluateWith } from '../../stacks/plan/evaluate.ts';
import { toJson, toText } from '../../stacks/plan/print.ts';
import { planCommand } from '../../stacks/plan-command.ts';
import { record } from '../components/recorder.ts';
import { planOf } from '../support/plans.ts';
import { runWithin } from '../support/run-script.ts';

/** The command within this process. */
async function plan(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, output, errors } = await runWithin(planCommand, args);
  return { code, stdout: output, stderr: errors };
}

/** Runs the command as npm would, without credentials, from a directory that is not the project's. */
async function planApart(...args: string[]): ReturnType<typeof plan> {
  const options = { env: { ...bareEnvironment(), HOME: tmpdir() }, cwd: tmpdir() };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

const program = join(projectDirectory, 'stacks/main.ts');

describe('npm run plan', () => {
  before(async () => {
    for (const stack of ['dev', 'prod']) await planOf(stack);
  });

  it('evaluates what `pulumi up` runs: the entry exports exactly these outputs', async () => {
    const configuration = readConfiguration('dev');
    const { outputs } = await record(
      () => {
        pulumi.runtime.setAllConfig(configuration.config, configuration.secretKeys);
        return import('../../stacks/index.ts');
      },
      { project: 'trellis', stack: 'dev', preview: true },
    );
    const plan = await planOf('dev');
    expect(Object.keys(outputs).sort()).to.deep.equal(Object.keys(plan.outputs).sort());
    expect(outputs.url).to.equal(plan.outputs.url);
  });

  it('gives the same bytes twice', async () => {
    for (const stack of ['dev', 'prod']) {
      const [first, second] = [await planOf(stack), await evaluate(stack)];
      expect(toJson(second)).to.equal(toJson(first));
      expect(toText(second)).to.equal(toText(first));
    }
  });

  it('never prints a secret', async () => {
    const configuration = readConfiguration('prod', ['apiKey=correct-horse-battery-staple']);
    const text = toJson(await evaluateWith('prod', configuration));
    expect(text).not.to.contain('correct-horse');
    expect(text).to.contain('"value": "[secret]"');
  });

  it('--json prints stack, resources, outputs, cost and findings, and nothing else', async () => {
    const { code, stdout, stderr } = await planApart('--stack', 'prod', '--json');
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const json = JSON.parse(stdout);
    expect(Object.keys(json)).to.deep.equal([
      'stack',
      'resources',
      'outputs',
      'cost',
      'findings',
      'quotas',
      'kept',
    ]);
    expect(json.stack).to.equal('prod');
    for (const resource of json.resources) {
      expect(Object.keys(resource)).to.deep.equal(['type', 'name', 'parent', 'inputs']);
    }
    const names = new Set(json.resources.map(({ name }: { name: string }) => name));
    for (const { parent } of json.resources) if (parent !== null) expect(names).to.include(parent);
    expect(json.outputs).to.have.all.keys(
      'url',
      'pageUrl',
      'apiUrl',
      'tables',
      'apiKeyParameter',
      'siteBucket',
      'mediaBucket',
      'ingestBucket',
      'ingestStateMachine',
      'ingestFailureQueue',
      'scansBucket',
      'image',
      'cluster',
      'service',
      'taskDefinition',
      'logGroup',
      'dashboardUrl',
    );
    expect(json.outputs.pageUrl).to.equal(`${json.outputs.url}/page`);
    expect(json.outputs.apiUrl).to.equal(`${json.outputs.url}/api/v1`);
    expect(stdout).to.equal(`${toJson(await planOf('prod'))}\n`);
  });

  it('prints the tree with counts; --budget ends with 3 when a month costs more, and names the dearest lines', async () => {
    const { stdout, code } = await plan('--stack', 'dev', '--budget', '100');
    expect(code).to.equal(exitCodes.done);
    const { resources } = await planOf('dev');
    const lines = stdout.split('\n');
    expect(lines[0]).to.equal(`stack dev: ${resources.length} resources`);
    expect(lines).to.include.members([
      'trellis:index:DataStore  users',
      '  aws:dynamodb/table:Table  users-table',
      '    aws:ec2/subnet:Subnet  network-vpc-public-us-east-1a',
      '    1  aws:ecs/service:Service',
    ]);
    expect(stdout).to.match(/^ {2}url: https:\/\//m);
    const prod = await plan('--stack', 'prod', '--budget', '100');
    expect(prod.stdout).to.contain('  aws:dynamodb/table:Table  users-table  protected');
    expect(prod.code).to.equal(exitCodes.overBudget);
    expect(prod.stderr).to.match(
      /^stack prod: \d+\.\d\d USD a month at rest, over the budget of 100; dearest: .+ \d+\.\d\d, /,
    );
  });

  it('--changes tells what --config does to the stack as its file says, and what it costs', async () => {
    const bigger = ['--config', 'service.cpu=1024', '--config', 'service.memory=2048'];
    const { code, stdout } = await plan('--stack', 'dev', ...bigger, '--changes');
    expect(code).to.equal(0);
    const lines = stdout.split('\n');
    expect(lines[0]).to.equal('stack dev: 1 to update, 1 to replace; no conflict');
    expect(lines[1]).to.match(/^a month at rest: \d+\.\d\d → \d+\.\d\d USD$/);
    expect(lines).to.include.members([
      '± replace, new first  aws:ecs/taskDefinition:TaskDefinition  api-task-definition',
      '    cpu: 256 → 1024 (replaces)',
      '~ update  aws:ecs/service:Service  api-service',
    ]);
  });

  it('--changes --json ends with 4 when the change cannot go, here from a file named where npm was called', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'plan-'));
    const type = 'aws:dynamodb/table:Table';
    const kept = { urn: `urn:pulumi:dev::trellis::${type}::kept`, type, custom: true, protect: true };
    writeFileSync(join(directory, 'export.json'), JSON.stringify({ deployment: { resources: [kept] } }));
    const typedIn = process.env.INIT_CWD ?? '.';
    process.env.INIT_CWD = directory;
    const { code, stdout } = await plan('--stack', 'dev', '--changes', '--from', 'export.json', '--json');
    process.env.INIT_CWD = typedIn;
    rmSync(directory, { recursive: true });
    expect(code).to.equal(exitCodes.conflict);
    const { changes, conflicts, ...rest } = JSON.parse(stdout);
    expect(rest).to.deep.equal({});
    expect(changes[0]).to.have.all.keys('type', 'name', 'action', 'because', 'effect');
    expect(conflicts).to.have.length(1);
    expect(conflicts[0]).to.have.all.keys('identity', 'resources', 'why');
    expect(conflicts[0].why).to.match(/^refused by protection: Pulumi does not delete/);
  });

  it('--from a commit takes that commit’s program and stack file for what lives', async () => {
    const { code, stdout, stderr } = await plan('--stack', 'dev', '--changes', '--from', 'HEAD');
    expect({ code, stderr }).to.deep.equal({ code: exitCodes.done, stderr: '' });
    expect(stdout).to.match(/^stack dev: .*; no conflict\n/);
    expect(stdout).not.to.match(/^[-+±] .*(Table|Bucket|Service|LoadBalancer) {2}/m);
  });

  it('explains itself', async () => {
    const { code, stdout } = await plan('--help');
    expect(code).to.equal(0);
    for (const option of ['--stack', '--config', '--changes', '--from', '--budget', '--json', '--help'])
      expect(stdout).to.contain(option);
  });

  const { failed, misuse } = exitCodes;
  const mistakes: [string, string[], string, number][] = [
    ['no stack', [], 'which stack?', misuse],
    ['a stack without a file', ['--stack', 'moon'], 'there is no Pulumi.moon.yaml; stacks: dev', failed],
    ['an unknown option', ['--stack', 'dev', '--fast'], "Unknown option '--fast'", misuse],
    [
      'an override without a value',
      ['--stack', 'dev', '--config', 'service.cpu'],
      '--config takes key=value',
      failed,
    ],
    ['two forms at once', ['--stack', 'dev', '--picture', '--json'], '--picture and --json exclude', misuse],
    ['what lives, of a plan', ['--stack', 'dev', '--from', 'main'], '--from goes with --changes', misuse],
    [
      'a commit that there is not',
      ['--stack', 'dev', '--changes', '--from', 'no-such-commit'],
      '--from takes a file of `pulumi stack export` or a commit, not "no-such-commit"',
      failed,
    ],
    [
      'a budget of words',
      ['--stack', 'dev', '--budget', 'much'],
      '--budget must be an amount of USD',
      misuse,
    ],
    [
      'wrong settings, all of them',
      ['--stack', 'dev', '--config', 'service.cpus=1', '--config', 'network.zones=9'],
      'the configuration has problems:\n  - service.cpus is no setting; did you mean service.cpu?\n' +
        '  - network.zones must be a whole number from 2 to 4, not 9\n',
      failed,
    ],
  ];
  const failure = ({ code, stdout, stderr }: Awaited<ReturnType<typeof plan>>, message: string) => {
    expect(stdout).to.equal('');
    expect(stderr).to.contain(message);
    expect(stderr).not.to.contain('    at ');
    return code;
  };
  for (const [what, args, message, expected] of mistakes) {
    it(`fails with one clear message on ${what}`, async () => {
      expect(failure(await plan(...args), message)).to.equal(expected);
    });
  }

  it('fails with one clear message where Pulumi’s runtime rejects further promises', async () => {
    const zones = ['--config', 'network.zoneNames=["us-east-1a","eu-west-1b"]'];
    const message = 'network.zoneNames: the region has no eu-west-1b; its zones are us-east-1a, ';
    expect(failure(await planApart('--stack', 'dev', ...zones), message)).to.equal(failed);
  });
});

describe('a stack’s configuration', () => {
  it('arrives as Pulumi hands it over: texts, and JSON for lists', () => {
    const { project, config } = readConfiguration('dev', [
      'scaling.schedules[0].name=night',
      'scaling.schedules[0].min=0',
      'aws:region=eu-west-1',
      'service.cpu=512',
    ]);
    expect(project).to.equal('trellis');
    expect(config).to.include({
      'aws:region': 'eu-west-1',
      'trellis:service.cpu': '512',
      'trellis:deletionProtection': 'false',
      'trellis:scaling.schedules': '[{"name":"night","min":0}]',
    });
  });

  it('may hold lists and encrypted values, which stay secret', async () => {
    const content =
      'config:\n  aws:region: eu-west-1\n  trellis:service.cpu: 0512\n  trellis:alarms.email: "a@b.c"\n' +
      '  trellis:network.zoneNames: [eu-west-1a, eu-west-1b]\n  trellis:apiKey:\n    secure: v1:abc:def\n';
    const configuration = parseStack('trellis', 'Pulumi.x.yaml', content);
    expect(configuration.config).to.include({
      'trellis:service.cpu': '0512',
      'trellis:alarms.email': 'a@b.c',
      'trellis:network.zoneNames': '["eu-west-1a","eu-west-1b"]',
    });
    expect(configuration.secretKeys).to.deep.equal(['trellis:apiKey']);
    const plan = await evaluateWith('x', configuration);
    const parameters = plan.resources.filter(({ type }) => type === 'aws:ssm/parameter:Parameter');
    expect(parameters.find(({ name }) => name === 'api-key')?.inputs.value).to.equal('[secret]');
    expect(plan.resources.filter(({ type }) => type.endsWith(':RandomPassword'))).to.deep.equal([]);
  });

  it('is refused with the name of its file when it is no YAML, or no map', () => {
    expect(() => parseStack('trellis', 'Pulumi.x.yaml', 'config: [')).to.throw('Pulumi.x.yaml: ');
    expect(() => parseStack('trellis', 'Pulumi.x.yaml', 'config: 5')).to.throw(
      'Pulumi.x.yaml: config must be a map',
    );
  });

  it('decides the region of everything', async () => {
    const { outputs } = await planOf('dev', ['aws:region=eu-west-1']);
    expect(outputs.image).to.contain('.dkr.ecr.eu-west-1.amazonaws.com');
  });
});
