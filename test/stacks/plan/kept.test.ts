import { expect } from 'chai';
import type { EvaluatedResource } from '../../../stacks/plan/evaluate.ts';
import { keptOf } from '../../../stacks/plan/kept.ts';

function reason(type: string, inputs: Record<string, unknown>, options: object = {}): string | undefined {
  const resource = { type, name: 'one', inputs, options } as EvaluatedResource;
  return keptOf([resource])[0]?.why;
}

describe('what `pulumi destroy` keeps', () => {
  const bucket = 'aws:s3/bucket:Bucket';

  it('is what is protected, by Pulumi or by AWS', () => {
    const table = 'aws:dynamodb/table:Table';
    expect(reason(table, {}, { protect: true })).to.contain('Pulumi refuses');
    expect(reason(table, { deletionProtectionEnabled: true })).to.contain('AWS refuses');
    expect(reason('aws:lb/loadBalancer:LoadBalancer', { enableDeletionProtection: true })).to.contain(
      'AWS refuses',
    );
    expect(reason(table, { deletionProtectionEnabled: false })).to.equal(undefined);
  });

  it('is what the program gives up, and revisions', () => {
    expect(reason(bucket, { forceDestroy: true }, { retainOnDelete: true })).to.contain('stays in AWS');
    expect(reason('aws:ecs/taskDefinition:TaskDefinition', { skipDestroy: true })).to.contain('stays in AWS');
  });

  it('is a bucket or a repository that may hold something', () => {
    expect(reason(bucket, {})).to.contain('must be empty');
    expect(reason(bucket, { forceDestroy: true })).to.equal(undefined);
    expect(reason('aws:ecr/repository:Repository', { forceDelete: false })).to.contain('must be empty');
  });
});
