import { ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { verdictOn } from '../../../../components/fargate-service/release/verdict.ts';
import { deploymentOf, release, requested } from './releases.ts';

describe('the verdict on a release', () => {
  it('is known for each status that ECS has: those that end fail, but for one, and the others are waited for', () => {
    const verdicts = Object.values(ServiceDeploymentStatus).map((status) => {
      const deployment = deploymentOf({ status });
      const taskDefinitions = new Map([[deployment.targetServiceRevision?.arn ?? '', requested]]);
      return [status, verdictOn(release, { service: {}, deployment, taskDefinitions }).state];
    });
    expect(Object.fromEntries(verdicts)).to.deep.equal({
      PENDING: 'waiting',
      IN_PROGRESS: 'waiting',
      STOP_REQUESTED: 'waiting',
      ROLLBACK_REQUESTED: 'waiting',
      ROLLBACK_IN_PROGRESS: 'waiting',
      SUCCESSFUL: 'released',
      STOPPED: 'failed',
      ROLLBACK_SUCCESSFUL: 'failed',
      ROLLBACK_FAILED: 'failed',
    });
  });
});
