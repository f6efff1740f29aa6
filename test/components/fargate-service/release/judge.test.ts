import { expect } from 'chai';
import { ecsClient } from '../../../../components/fargate-service/release/client.ts';
import { failureAfterError, failureOf } from '../../../../components/fargate-service/release/judge.ts';
import { type Call, Refusal, serveEcs, type World } from './ecs.ts';
import { deploymentOf, earlier, failures, release, requested, worldOf } from './releases.ts';

const patience = { limit: 0, pause: 0 };
const patient = { limit: 60_000, pause: 0 };
const keys = { accessKey: 'key', secretKey: 'secret' };

describe('the judgement of a release', () => {
  for (const [kind, { release: failed, line }] of Object.entries(failures)) {
    it(`says why it failed: ${kind}`, async () => {
      const { failure } = await judged(worldOf(failed));
      expect(
        failure?.startsWith(`${line}. Deploy a corrected release, or this one again with`),
        failure,
      ).to.equal(true);
      expect(failure).not.to.contain('\n');
    });
  }

  it('passes what is SUCCESSFUL with the requested task definition, and asks no more than that', async () => {
    const { failure, calls } = await judged(worldOf({}));
    expect(failure).to.equal(undefined);
    expect(calls.map(({ operation }) => operation)).to.deep.equal([
      'DescribeServices',
      'ListServiceDeployments',
      'DescribeServiceDeployments',
      'DescribeServiceRevisions',
    ]);
    expect(calls[2]?.input).to.deep.equal({ serviceDeploymentArns: [deploymentOf().serviceDeploymentArn] });
  });

  it('says that another revision was deployed by hand', async () => {
    const { failure } = await judged(worldOf({ released: earlier }));
    expect(failure).to.match(
      /^release failed: service "api" runs shop:6 instead of shop:7: another revision was/,
    );
  });

  it('waits for a deployment that ECS has accepted and does not list yet', async () => {
    const before = worldOf({ released: earlier, service: { taskDefinition: requested } });
    const { failure, told } = await judged(
      { ...before, DescribeServiceRevisions: inTurn(before, worldOf({}), 'DescribeServiceRevisions') },
      patient,
    );
    expect(failure).to.equal(undefined);
    expect(told).to.deep.equal(['ECS has not begun the deployment yet']);
  });

  it('waits until a deployment has ended, and tells each step once', async () => {
    const target = (runningTaskCount: number) => ({
      targetServiceRevision: {
        ...deploymentOf().targetServiceRevision,
        requestedTaskCount: 3,
        runningTaskCount,
      },
    });
    const steps = [
      deploymentOf({ status: 'PENDING', ...target(0) }),
      deploymentOf({ status: 'IN_PROGRESS', ...target(1) }),
      deploymentOf({ status: 'IN_PROGRESS', ...target(1) }),
      deploymentOf({ status: 'ROLLBACK_IN_PROGRESS', ...target(1) }),
      deploymentOf({ status: 'ROLLBACK_SUCCESSFUL' }),
    ];
    const { failure, told } = await judged(
      {
        ...worldOf({}),
        DescribeServiceDeployments: (call) => ({ serviceDeployments: steps.slice(call, call + 1) }),
      },
      patient,
    );
    expect(told).to.deep.equal([
      'PENDING, 0 of 3 new tasks run',
      'IN_PROGRESS, 1 of 3 new tasks run',
      'ROLLBACK_IN_PROGRESS, 1 of 3 new tasks run',
    ]);
    expect(failure).to.contain('was rolled back');
  });

  it('finds the last deployment on whichever page it is', async () => {
    const last = deploymentOf({ status: 'STOPPED', serviceDeploymentArn: 'arn:last' });
    const { failure, calls } = await judged({
      ...worldOf({ deployment: last }),
      ListServiceDeployments: (call) => ({
        serviceDeployments: [
          { serviceDeploymentArn: ['arn:first', 'arn:last'][call], createdAt: new Date(call) },
        ],
        ...(call === 0 ? { nextToken: 'more' } : {}),
      }),
    });
    expect(failure).to.contain('stopped the deployment and rolled nothing back');
    const described = calls.find(({ operation }) => operation === 'DescribeServiceDeployments');
    expect(described?.input).to.deep.equal({ serviceDeploymentArns: ['arn:last'] });
  });

  it('goes by the service where ECS has forgotten its deployments', async () => {
    const none = { ListServiceDeployments: { serviceDeployments: [] } };
    const old = (taskDefinition: string) => ({ ...worldOf({ service: { taskDefinition } }), ...none });
    expect((await judged(old(requested))).failure).to.equal(undefined);
    expect((await judged(old(earlier))).failure).to.contain('runs shop:6 instead of shop:7');
    const rollout = {
      status: 'PRIMARY',
      taskDefinition: requested,
      rolloutState: 'FAILED',
      rolloutStateReason: 'why',
    };
    const failed = worldOf({ service: { deployments: [{ ...rollout, rolloutState: 'FAILED' }] } });
    expect((await judged({ ...failed, ...none })).failure).to.contain('could not release shop:7: why');
  });

  it('does not hide a failure because its reasons may not be read', async () => {
    const denied = new Refusal(400, 'AccessDeniedException', 'not authorized to perform: ecs:ListTasks');
    const { failure } = await judged({ ...worldOf(failures.alarm?.release ?? {}), ListTasks: denied });
    expect(failure).to.contain('the alarm "api-errors" went off');
    expect(failure).to.contain(
      'why its tasks stopped could not be read: not authorized to perform: ecs:ListTasks',
    );
  });

  it('says how to release again: a refresh finds an earlier task definition, and no earlier subnets', async () => {
    expect((await judged(worldOf(failures.image?.release ?? {}))).failure).to.match(/`pulumi up --refresh`$/);
    expect((await judged(worldOf(failures.subnets?.release ?? {}))).failure).to.match(
      /`aws ecs update-service --force-new-deployment --cluster shop --service api`$/,
    );
  });

  it('stays in one line of bounded length, whatever ECS writes', async () => {
    const reason = `first line\nsecond line ${'x'.repeat(5000)}`;
    const { failure = '' } = await judged(
      worldOf({ deployment: { status: 'STOPPED', statusReason: reason } }),
    );
    expect(failure).to.match(/: first line second line x+…\. Deploy/);
    expect(failure.length).to.be.lessThan(1800);
  });
});

describe('the reason for an update that the provider has failed', () => {
  it('is that of the deployment, also of one that goes on', async () => {
    const { image, timeout } = failures;
    expect(await afterError(worldOf(image?.release ?? {}))).to.contain('3 tasks: CannotPullContainerError');
    expect(await afterError(worldOf(timeout?.release ?? {}))).to.match(
      /service "api" is not released: IN_PROGRESS \(SCALE_UP\), 1 of 3 new tasks run/,
    );
  });

  it('is none when the update began no deployment', async () => {
    expect(await afterError(worldOf({}))).to.equal(undefined);
    expect(await afterError(worldOf({ released: earlier }))).to.equal(undefined);
    const none = { ListServiceDeployments: { serviceDeployments: [] } };
    expect(await afterError({ ...worldOf({}), ...none })).to.equal(undefined);
  });
});

async function judged(world: World, limits = patience) {
  const told: string[] = [];
  const { answer, calls } = await asked(world, (ecs) =>
    failureOf(ecs, release, limits, (progress) => void told.push(progress)),
  );
  return { failure: answer, calls, told };
}

async function afterError(world: World): Promise<string | undefined> {
  return (await asked(world, (ecs) => failureAfterError(ecs, release))).answer;
}

async function asked<T>(
  world: World,
  ask: (ecs: Awaited<ReturnType<typeof ecsClient>>) => Promise<T>,
): Promise<{ answer: T; calls: Call[] }> {
  const server = await serveEcs(world);
  const ecs = await ecsClient({ ...keys, endpoints: [{ ecs: server.url }] }, 'eu-central-1');
  try {
    return { answer: await ask(ecs), calls: server.calls };
  } finally {
    ecs.destroy();
    await server.close();
  }
}

/** The answers of one world to the first call, and of another to the others. */
function inTurn<Name extends keyof World>(first: World, then: World, name: Name): World[Name] {
  return ((call: number) => (call === 0 ? first : then)[name]) as World[Name];
}
