import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import {
  ContainerImage,
  type ContainerImageArgs,
  contentTag,
  parseReference,
} from '../../../components/container-image/index.ts';
import { children, only, record } from '../mocks.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
let context: string;

async function image(args: ContainerImageArgs, options: Parameters<typeof record>[1] = {}) {
  return record(() => {
    const { uri, repositoryArn } = new ContainerImage('app', args);
    return { uri, repositoryArn: repositoryArn ?? 'none' };
  }, options);
}

/** A registry that answers so when it is asked what it holds. */
function holding(answer: () => { imageTag?: string; imageDigest: string }[]) {
  const asked: unknown[] = [];
  const call = (token: string, inputs: Record<string, unknown>) => {
    if (token !== 'aws:ecr/getImages:getImages') return undefined;
    asked.push(inputs.repositoryName);
    return { imageIds: answer() };
  };
  return { asked, call };
}

describe('ContainerImage', () => {
  before(() => {
    context = mkdtempSync(join(tmpdir(), 'trellis-image-'));
    writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\n');
    writeFileSync(join(context, 'package.json'), '{}');
  });
  after(() => rmSync(context, { recursive: true }));

  it('builds under the hash of its content, for ARM, and gives the image by digest', async () => {
    const build = { context, paths: ['package.json'] };
    const { resources, outputs } = await image({ build, repositoryName: 'app' });
    expect(children(resources, 'app')).to.deep.equal([
      'aws:ecr/lifecyclePolicy:LifecyclePolicy app-lifecycle',
      'aws:ecr/repository:Repository app-repository',
      'awsx:ecr:Image app-build',
    ]);
    expect(only(resources, 'awsx:ecr:Image').inputs).to.deep.equal({
      repositoryUrl: '123456789012.dkr.ecr.us-east-1.amazonaws.com/app',
      imageTag: contentTag(build),
      context,
      dockerfile: `${context}/Dockerfile`,
      platform: 'linux/arm64',
    });
    expect(outputs.uri).to.match(
      /^123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com\/app@sha256:[0-9a-f]{64}$/,
    );
    expect(outputs.repositoryArn).to.equal('arn:aws:ecr:us-east-1:123456789012:repository/app');
  });

  it('builds for x86, with arguments', async () => {
    const build = { context, paths: ['package.json'], architecture: 'x86_64', args: { VERSION: '1' } };
    const { resources } = await image({ build });
    const { inputs } = only(resources, 'awsx:ecr:Image');
    expect(inputs.platform).to.equal('linux/amd64');
    expect(inputs.args).to.deep.equal({ VERSION: '1' });
  });

  it('leaves a pushed image in the registry when the next one replaces it', async () => {
    const { resources } = await image({ build: { context, paths: ['package.json'] } });
    const pushed = only(resources, 'docker-build:index:Image');
    expect(pushed.options.retainOnDelete).to.equal(true);
    expect(pushed.parent).to.equal('app-build');
  });

  it('takes the image that the repository has of the same sources, and neither builds nor pushes it', async () => {
    const build = { context, paths: ['package.json'] };
    const { asked, call } = holding(() => [
      { imageDigest: `sha256:${'c'.repeat(64)}` },
      { imageTag: 'other', imageDigest: `sha256:${'d'.repeat(64)}` },
      { imageTag: contentTag(build), imageDigest: digest },
    ]);
    const { resources, outputs } = await image({ build, repositoryName: 'app' }, { call });
    expect(asked).to.deep.equal(['app']);
    expect(outputs.uri).to.equal(`123456789012.dkr.ecr.us-east-1.amazonaws.com/app@${digest}`);
    const { inputs } = only(resources, 'docker-build:index:Image');
    expect(inputs.push).to.equal(false);
    expect(inputs.dockerfile).to.have.all.keys('inline');
    // Kept under the image's tag, it would be taken for the image.
    expect(inputs.exports).to.deep.equal([{ cacheonly: {} }]);
  });

  it('is the same to the next update, which finds its own image in the repository', async () => {
    const build = { context, paths: ['package.json'] };
    const { call } = holding(() => [{ imageTag: contentTag(build), imageDigest: digest }]);
    const first = (await image({ build })).resources;
    const next = (await image({ build }, { call })).resources;
    const named = (resources: typeof first) => resources.map(({ type, name }) => `${type} ${name}`).sort();
    expect(named(next)).to.deep.equal(named(first));
    const [made, found] = [first, next].map((resources) => only(resources, 'docker-build:index:Image'));
    const ignored = found?.options.ignoreChanges ?? [];
    const kept = Object.fromEntries(ignored.map((key) => [key, made?.inputs[key]]));
    expect({ ...found?.inputs, ...kept }).to.deep.equal(made?.inputs);
  });

  it('builds when the repository is empty, or does not answer, or is yet to be made', async () => {
    const build = { context, paths: ['package.json'] };
    const away = holding(() => {
      throw new Error('AccessDenied');
    });
    for (const options of [holding(() => []), away]) {
      const { resources, outputs } = await image({ build, repositoryName: 'app' }, { call: options.call });
      expect(only(resources, 'docker-build:index:Image').inputs).to.deep.include({
        push: true,
        dockerfile: { location: `${context}/Dockerfile` },
      });
      expect(outputs.uri).to.match(/@sha256:[0-9a-f]{64}$/);
    }
    const unmade = holding(() => []);
    const { resources } = await image({ build }, { call: unmade.call, unknownOutputs: true });
    expect(unmade.asked).to.deep.equal([]);
    expect(only(resources, 'awsx:ecr:Image').inputs.imageTag).to.equal(contentTag(build));
  });

  it('asks no repository that is yet to be made, though its name was given', async () => {
    const { asked, call } = holding(() => []);
    const unmade = { state: { name: 'app', repositoryUrl: pulumi.runtime.unknownValue } };
    await image(
      { build: { context, paths: ['package.json'] }, repositoryName: 'app' },
      {
        call,
        preview: true,
        simulate: (type) => (type === 'aws:ecr/repository:Repository' ? unmade : undefined),
      },
    );
    expect(asked).to.deep.equal([]);
  });

  it('leaves a build that fails to the update, which goes on with all else', async () => {
    const { resources } = await image({ build: { context, paths: ['package.json'] } });
    expect(only(resources, 'docker-build:index:Image').inputs.buildOnPreview).to.equal(false);
  });

  it('scans on push, never moves a tag, and expires nothing that has one', async () => {
    const { resources } = await image({ digest });
    expect(only(resources, 'aws:ecr/repository:Repository').inputs).to.deep.equal({
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: 'AES256' }],
      forceDelete: false,
    });
    const { rules } = JSON.parse(
      String(only(resources, 'aws:ecr/lifecyclePolicy:LifecyclePolicy').inputs.policy),
    );
    expect(rules).to.have.length(1);
    expect(rules[0].selection).to.deep.equal({
      tagStatus: 'untagged',
      countType: 'sinceImagePushed',
      countUnit: 'days',
      countNumber: 14,
    });
  });

  it('encrypts a new repository with a customer key, and leaves one that exists as it is', async () => {
    const { resources } = await image({ digest, keyArn: 'arn:key' });
    const { inputs, options } = only(resources, 'aws:ecr/repository:Repository');
    expect(inputs.encryptionConfigurations).to.deep.equal([{ encryptionType: 'KMS', kmsKey: 'arn:key' }]);
    expect(options.ignoreChanges).to.deep.equal(['encryptionConfigurations']);
  });

  it('can be removed with its images, and takes a name and tags', async () => {
    const { resources } = await image({
      digest,
      forceDelete: true,
      repositoryName: 'x/app',
      tags: { a: 'b' },
    });
    const { inputs } = only(resources, 'aws:ecr/repository:Repository');
    expect(inputs).to.deep.include({ forceDelete: true, name: 'x/app', tags: { a: 'b' } });
  });

  it('builds nothing for a digest', async () => {
    const { resources, outputs } = await image({ digest, repositoryName: 'app' });
    expect(children(resources, 'app')).to.deep.equal([
      'aws:ecr/lifecyclePolicy:LifecyclePolicy app-lifecycle',
      'aws:ecr/repository:Repository app-repository',
    ]);
    expect(outputs).to.deep.equal({
      uri: `123456789012.dkr.ecr.us-east-1.amazonaws.com/app@${digest}`,
      repositoryArn: 'arn:aws:ecr:us-east-1:123456789012:repository/app',
    });
  });

  it('takes an image of another repository, in ECR with its ARN, elsewhere without', async () => {
    const uri = `210987654321.dkr.ecr.eu-west-1.amazonaws.com/team/app@${digest}`;
    expect((await image({ digest: uri })).outputs).to.deep.equal({
      uri,
      repositoryArn: 'arn:aws:ecr:eu-west-1:210987654321:repository/team/app',
    });
    const open = `public.ecr.aws/docker/library/node@${digest}`;
    expect((await image({ digest: open })).outputs).to.deep.equal({ uri: open, repositoryArn: 'none' });
  });

  it('tells digests from anything else', () => {
    expect(parseReference(digest)).to.deep.equal({ repository: undefined, digest, ecr: undefined });
    expect(parseReference(`localhost:5000/a/b_c@${digest}`)?.repository).to.equal('localhost:5000/a/b_c');
    for (const text of ['app:latest', 'sha256:abc', `app:1@${digest}`, `@${digest}`, ` ${digest}`, '']) {
      expect(parseReference(text), text).to.equal(undefined);
    }
  });

  it('refuses a tag, both or neither of build and digest, an unknown architecture, missing files, no files', () => {
    const refused = (args: ContainerImageArgs, message: string) =>
      expect(() => new ContainerImage('app', args)).to.throw(`ContainerImage "app": ${message}`);
    refused({}, 'exactly one of build, digest must be set, not none');
    refused({ build: { context, paths: ['package.json'] }, digest }, 'exactly one of build, digest');
    refused(
      { digest: 'app:latest' },
      'digest must be sha256:<64 hexadecimal digits> or <repository>@sha256:<…>, not "app:latest"',
    );
    refused(
      { build: { context, paths: ['package.json'], architecture: 'riscv' } },
      'build.architecture must be one of arm64, x86_64, not "riscv"',
    );
    refused({ build: { context, paths: [] } }, 'build.paths must name what the image is made of');
    refused(
      { build: { context, paths: ['gone'], dockerfile: 'Other' } },
      `\n  - build: Other does not exist in ${context}\n  - build: gone does not exist in ${context}`,
    );
  });
});
