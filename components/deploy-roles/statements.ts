import * as pulumi from '@pulumi/pulumi';

/** What the policies are about. */
export interface Scope {
  partition: pulumi.Input<string>;
  accountId: pulumi.Input<string>;
  /** Pulumi project of the stacks. */
  project: string;
  regions: pulumi.Input<pulumi.Input<string>[]>;
  stateBucketArn: pulumi.Input<string>;
  stateKeyArn: pulumi.Input<string>;
}

/** A stack, and what it made before names carried a stack. */
export interface Owner {
  stack: string;
  earlierNames: string[];
}

export interface Statement {
  Sid: string;
  Effect: 'Allow' | 'Deny';
  Action: string[];
  Resource?: pulumi.Input<string> | pulumi.Input<string>[];
  NotResource?: pulumi.Input<string>[];
  Condition?: unknown;
}

export function document(statements: Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: '2012-10-17', Statement: statements });
}

/** The buckets of a stack and their objects. Objects have no tags of their stack, so names tell them apart; two hyphens
 * end the stack's name, since `dev-*` would be the names of a stack dev-ann too. */
export function bucketArns({ partition, project }: Scope, { stack, earlierNames }: Owner) {
  return [
    pulumi.interpolate`arn:${partition}:s3:::${project}--${stack}--*`,
    ...ofService(earlierNames, 's3').flatMap((arn) => [arn, `${arn}/*`]),
  ];
}

/** The secrets in which EventBridge keeps the tokens of a stack's connections. */
export function connectionSecretArns(scope: Scope, { stack, earlierNames }: Owner) {
  const { partition, accountId, project } = scope;
  return [
    pulumi.interpolate`arn:${partition}:secretsmanager:*:${accountId}:secret:events!connection/${project}--${stack}--*`,
    ...ofService(earlierNames, 'secretsmanager'),
  ];
}

/** The API destinations of a stack, which take no tags. */
export function destinationArns(scope: Scope, { stack, earlierNames }: Owner) {
  const { partition, accountId, project } = scope;
  return [
    pulumi.interpolate`arn:${partition}:events:*:${accountId}:api-destination/${project}--${stack}--*`,
    ...ofService(earlierNames, 'events'),
  ];
}

function ofService(arns: string[], service: string): string[] {
  return arns.filter((arn) => arn.split(':')[2] === service);
}

/** Whatever is tagged as another stack's is out of reach; where a service has no tags, names keep it so. */
export function noOtherStack({ project }: Scope, stack: string): Statement {
  return {
    Sid: 'NoOtherStack',
    Effect: 'Deny',
    Action: ['*'],
    Resource: '*',
    Condition: {
      StringEquals: { 'aws:ResourceTag/project': project },
      StringNotEquals: { 'aws:ResourceTag/stack': stack },
    },
  };
}
