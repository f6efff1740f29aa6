import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import { evaluateInline } from '../../../stacks/evaluate/inline.ts';
import { plain } from '../../../stacks/evaluate/values.ts';
import { simulatedCloud } from '../../../stacks/plan/cloud.ts';
import { projectDirectory } from '../../../stacks/plan/configuration.ts';

class Thing extends pulumi.CustomResource {
  declare readonly absent: pulumi.Output<string>;
  declare readonly given: pulumi.Output<string>;

  constructor(name: string, args: pulumi.Inputs = {}) {
    super('other:index:Thing', name, { absent: undefined, given: undefined, ...args });
  }
}

const target = { project: 'trellis', stack: 'test', config: {}, secretKeys: [] };

describe('a program evaluated within this process', () => {
  it('is heard of whole where an answer writes an absent output as undefined', async () => {
    const outputs = { absent: undefined, given: 'known', list: [undefined, { inner: undefined }] };
    const program = async () => {
      const { absent, given } = new Thing('first');
      new Thing('second', { absent, given });
    };
    const cloud = { ...simulatedCloud('us-east-1'), resource: () => ({ id: 'one', outputs }) };
    const { resources } = await evaluateInline(program, target, cloud);
    expect(resources.map(({ name, inputs }) => [name, plain(inputs)])).to.deep.equal([
      ['first', {}],
      ['second', { absent: '[unknown]', given: 'known' }],
    ]);
  });

  // In a process of its own: the SDK also rejects promises that nobody can catch.
  it('ends with the reason when a resource has no answer', async () => {
    const script = `
      import * as pulumi from '@pulumi/pulumi';
      import { evaluateInline } from './stacks/evaluate/inline.ts';
      process.on('unhandledRejection', () => undefined);
      const resource = () => { throw new Error('nothing is known of it'); };
      const program = async () => void new pulumi.CustomResource('other:index:Thing', 'first');
      await evaluateInline(program, ${JSON.stringify(target)}, { resource }).then(
        ({ resources }) => console.log(resources.length),
        ({ message }) => console.log(message),
      );`;
    const args = ['--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: projectDirectory });
    expect(stdout).to.equal('nothing is known of it\n');
  });
});
