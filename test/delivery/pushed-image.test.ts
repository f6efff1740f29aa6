import { expect } from 'chai';
import { contentTag } from '../../components/container-image/content-hash.ts';
import { type Run, usePushedImage } from '../../stacks/delivery/pushed-image.ts';
import { imageSources } from '../../stacks/image.ts';
import { projectDirectory } from '../../stacks/plan/configuration.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const image = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/app-1@sha256:${'b'.repeat(64)}`;

/** Answers as the two programs would; what was run is in `calls`. */
function programs(outputs: object, pushed: string | null) {
  const calls: string[] = [];
  const run: Run = (program, args) => {
    calls.push([program, ...args].join(' '));
    return JSON.stringify(program === 'aws' ? pushed : args[1] === 'output' ? outputs : null);
  };
  return { calls, run };
}

describe('the image that was pushed before', () => {
  it('is deployed by its digest when it is of the same sources', () => {
    const { calls, run } = programs({ image }, digest);
    expect(usePushedImage('dev', run)).to.equal(digest);
    const tag = contentTag({ ...imageSources, context: projectDirectory, architecture: 'arm64' });
    expect(calls[1]).to.match(/^aws ecr list-images --region eu-west-1 --repository-name app-1 /);
    expect(calls[1]).to.contain(`imageTag=='${tag}'`);
    expect(calls[2]).to.equal(`pulumi config set image.digest ${digest} --stack dev`);
  });

  it('is built when there is none', () => {
    const { calls, run } = programs({ image }, null);
    expect(usePushedImage('dev', run)).to.equal(undefined);
    expect(calls).to.have.length(2);
  });

  it('is built the first time, and when the image is from another registry', () => {
    for (const outputs of [{}, { image: `public.ecr.aws/a/b@${digest}` }]) {
      const { calls, run } = programs(outputs, digest);
      expect(usePushedImage('dev', run)).to.equal(undefined);
      expect(calls).to.deep.equal(['pulumi stack output --json --stack dev']);
    }
  });
});
