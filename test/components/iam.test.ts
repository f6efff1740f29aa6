import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import { policyDocument, trustPolicy } from '../../components/iam.ts';
import { resolved, statements } from './mocks.ts';

describe('policy documents', () => {
  it('are the same text for the same permissions', async () => {
    const text = await resolved(
      policyDocument([
        {
          sid: 'Items',
          actions: ['dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
          resources: [pulumi.output('arn:aws:dynamodb:eu-west-1:1:table/t')],
          conditions: { StringEquals: { 'aws:SourceAccount': '1' } },
        },
      ]),
    );
    expect(text).to.equal(
      '{"Version":"2012-10-17","Statement":[{"Sid":"Items","Effect":"Allow",' +
        '"Action":["dynamodb:GetItem","dynamodb:PutItem"],"Resource":["arn:aws:dynamodb:eu-west-1:1:table/t"],' +
        '"Condition":{"StringEquals":{"aws:SourceAccount":"1"}}}]}',
    );
  });

  it('refuse wildcard actions, empty statements and "*" for an action that has resources', () => {
    const document = (actions: string[], resources: string[]) => () =>
      policyDocument([{ actions, resources }]);
    expect(document(['s3:Get*'], ['arn'])).to.throw('policy: name each action instead of s3:Get*');
    expect(document([], ['arn'])).to.throw('at least one action and one resource');
    expect(document(['s3:GetObject'], [])).to.throw('at least one action and one resource');
    expect(document(['s3:GetObject'], ['*'])).to.throw('policy: s3:GetObject must name resources');
    expect(document(['ecr:GetAuthorizationToken'], ['*'])).not.to.throw();
  });

  it('trust one service, limited to an account and a resource', async () => {
    const policy = await resolved(
      trustPolicy('ecs-tasks.amazonaws.com', { sourceAccount: '1', sourceArn: 'arn:aws:ecs:eu-west-1:1:*' }),
    );
    expect(statements(policy)).to.deep.equal([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'ecs-tasks.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': '1' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:ecs:eu-west-1:1:*' },
        },
      },
    ]);
    expect(statements(await resolved(trustPolicy('ecs-tasks.amazonaws.com')))[0]).not.to.have.property(
      'Condition',
    );
  });
});
