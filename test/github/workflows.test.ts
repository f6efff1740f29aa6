import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { projectDirectory } from '../../stacks/plan/configuration.ts';
import { type Job, problemsOf, texts, type Workflow } from './workflows.ts';

function workflow(name: string): Workflow {
  return parse(String(texts()[`${name}.yml`]));
}

function job(file: string, name: string): Job {
  const found = workflow(file).jobs[name];
  if (found === undefined) throw new Error(`${file}.yml has no job ${name}`);
  return found;
}

function scripts({ steps = [] }: Job): string {
  return steps.flatMap(({ run }) => run ?? []).join('\n');
}

/** As GitHub's expressions are written. */
function expression(text: string): string {
  return `\${{ ${text} }}`;
}

const deployStack = './.github/workflows/deploy-stack.yml';

describe('the workflows', () => {
  it('are these', () => {
    expect(Object.keys(texts()).sort()).to.deep.equal([
      'deploy-stack.yml',
      'deploy.yml',
      'pull-request.yml',
      'release.yml',
      'rollback.yml',
      'test.yml',
    ]);
  });

  for (const [file, text] of Object.entries(texts())) {
    it(`${file} keeps the rules`, () => expect(problemsOf(file, text)).to.deep.equal([]));
  }

  const breaches: [string, string | RegExp, string, string][] = [
    ['pull-request.yml', /pull_request:\n/, 'pull_request_target:\n', 'foreign code'],
    ['pull-request.yml', /permissions:\n {2}contents: read/, 'permissions: write-all', 'contents: read'],
    [
      'pull-request.yml',
      /pull-requests: write/,
      'pull-requests: write\n      id-token: write',
      'one thing to write',
    ],
    ['test.yml', /@[0-9a-f]{40} # v7.0.1/, '@v7', 'not pinned'],
    ['test.yml', '    timeout-minutes: 45\n', '', 'timeout-minutes'],
    ['test.yml', '    permissions:\n      contents: read\n', '', 'permissions of its own'],
    ['test.yml', '.ci/run', `echo ${expression('github.head_ref')}`, 'is code'],
    ['test.yml', 'persist-credentials: false', 'fetch-depth: 1', 'keeps credentials'],
    ['test.yml', '      CHROMIUM:', `      KEY: ${expression('secrets.KEY')}\n      CHROMIUM:`, 'no secrets'],
    ['deploy-stack.yml', '      id-token: write\n', '', 'where a role is assumed'],
    ['deploy-stack.yml', 'role-duration-seconds: 7200', 'aws-access-key-id: A', 'long-lived'],
  ];
  for (const [file, from, to, problem] of breaches) {
    it(`a breach is found: ${problem}`, () => {
      const text = String(texts()[file]);
      const broken = text.replace(from, to);
      expect(broken).not.to.equal(text);
      expect(problemsOf(file, broken).join('\n')).to.contain(problem);
    });
  }

  it('test with what .ci/run does', () => {
    expect(scripts(job('test', 'test'))).to.equal('.ci/run');
    expect(job('pull-request', 'test').uses).to.equal('./.github/workflows/test.yml');
    expect(job('deploy', 'test').uses).to.equal('./.github/workflows/test.yml');
  });

  it('preview a pull request of this repository alone, and say so otherwise', () => {
    const { preview, comment, 'preview-skipped': skipped } = workflow('pull-request').jobs;
    expect(preview?.if).to.contain('head.repo.full_name == github.repository &&');
    expect(skipped?.if).to.contain('head.repo.full_name != github.repository ||');
    expect(scripts(preview as Job)).to.contain('pulumi preview --stack dev');
    expect(scripts(preview as Job)).not.to.contain('pulumi up');
    expect(scripts(skipped as Job)).to.contain('fork');
    // Who may write to the pull request runs none of its code.
    expect(comment?.permissions).to.deep.equal({ 'pull-requests': 'write' });
    expect(comment?.steps?.map(({ uses }) => uses)).to.deep.equal([undefined]);
  });

  it('deploy main to dev after the tests, then to prod', () => {
    expect(workflow('deploy').on).to.deep.equal({ push: { branches: ['main'] } });
    const { dev, prod } = workflow('deploy').jobs;
    expect([dev?.needs, dev?.uses, dev?.with?.stack]).to.deep.equal(['test', deployStack, 'dev']);
    expect([prod?.needs, prod?.uses, prod?.with?.stack]).to.deep.equal(['dev', deployStack, 'prod']);
  });

  it('deploy in the environment of the stack, one at a time, and never cancel', () => {
    const up = job('deploy-stack', 'up');
    expect(up.environment?.name).to.equal(expression('inputs.stack'));
    expect(up.concurrency).to.deep.equal({
      group: `deploy-${expression('inputs.stack')}`,
      'cancel-in-progress': false,
    });
    // Credentials outlive the job.
    const credentials = up.steps?.find(({ uses }) => uses?.startsWith('aws-actions/'))?.with;
    expect(Number(credentials?.['role-duration-seconds'])).to.be.greaterThan(
      Number(up['timeout-minutes']) * 60,
    );
  });

  it('fail where a release fails', () => {
    const up = job('deploy-stack', 'up');
    expect(scripts(up)).to.contain('npm run up -- --stack "$STACK" --yes --non-interactive');
    expect(JSON.stringify(up)).not.to.match(/continue-on-error|\|\| true/);
    const told = up.steps?.filter(({ if: condition }) => condition !== undefined).map((step) => step.if);
    expect(told).to.deep.equal(['failure()']);
  });

  it('publish the components on a tag that is their version, after tests and compat', () => {
    expect(workflow('release').on).to.deep.equal({ push: { tags: ['v*'] } });
    const publish = job('release', 'publish');
    expect([publish.needs, publish.environment?.name]).to.deep.equal(['test', 'npm']);
    const script = scripts(publish);
    const order = ['GITHUB_REF_NAME', 'npm run compat', 'npm run pack', 'publint', 'npm publish'];
    const places = order.map((text) => script.indexOf(text));
    expect(places).to.deep.equal([...places].sort((a, b) => a - b));
    expect(places).not.to.include(-1);
    expect(script).to.match(/npm publish .* --provenance/);
  });

  it('roll back to what was merged, by the same way as a deployment', () => {
    expect(job('rollback', 'check').if).to.equal("github.ref == 'refs/heads/main'");
    expect(scripts(job('rollback', 'check'))).to.contain('git merge-base --is-ancestor "$COMMIT" HEAD');
    const { needs, uses } = job('rollback', 'deploy');
    expect([needs, uses]).to.deep.equal(['check', deployStack]);
  });

  it('run the Pulumi that the SDK is of', () => {
    const wanted = readFileSync(`${projectDirectory}/.github/pulumi-version`, 'utf8').trim();
    const { packages } = JSON.parse(readFileSync(`${projectDirectory}/package-lock.json`, 'utf8'));
    expect(wanted).to.equal(packages['node_modules/@pulumi/pulumi'].version);
  });
});
