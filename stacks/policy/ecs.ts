import type { Inputs, Rule } from './rule.ts';

const taskDefinition = 'aws:ecs/taskDefinition:TaskDefinition';
const service = 'aws:ecs/service:Service';

function everyContainer(inputs: Inputs, holds: (container: Inputs) => boolean): boolean {
  const containers: Inputs[] = JSON.parse(inputs.containerDefinitions);
  return containers.length > 0 && containers.every(holds);
}

function container(ids: string[], requires: string, holds: (container: Inputs) => boolean): Rule {
  return {
    ids,
    level: 'baseline',
    requires,
    violations: (resources) => resources.failing(taskDefinition, (inputs) => everyContainer(inputs, holds)),
  };
}

const secretName = /(KEY|SECRET|PASSWORD|TOKEN|CREDENTIAL)/;

export const ecsRules: Rule[] = [
  container(
    ['ECS.20'],
    'containers run as another user than root',
    ({ user }) => !/^(root|0)?(:|$)/.test(user ?? ''),
  ),
  container(
    ['ECS.5', 'CKV_AWS_336'],
    'the root file system is read-only',
    (inputs) => inputs.readonlyRootFilesystem === true,
  ),
  container(['ECS.4'], 'no container is privileged', ({ privileged }) => privileged !== true),
  container(
    ['ECS.8'],
    'secrets are not in the environment',
    ({ environment = [] }) => !environment.some(({ name }: Inputs) => secretName.test(name)),
  ),
  container(
    ['ECS.9', 'Sol-ECS7'],
    'containers log',
    ({ logConfiguration }) => logConfiguration?.logDriver !== undefined,
  ),
  {
    ...container(
      ['own-nonblocking-logs'],
      'a full log buffer does not stop the service',
      ({ logConfiguration }) => logConfiguration?.options?.mode === 'non-blocking',
    ),
    level: 'production',
  },
  container(['own-digest'], 'images are named by digest', ({ image }) => /@sha256:[0-9a-f]{64}$/.test(image)),
  {
    ids: ['ECS.3'],
    level: 'baseline',
    requires: 'tasks do not share the host’s process namespace',
    violations: (resources) => resources.failing(taskDefinition, ({ pidMode }) => pidMode !== 'host'),
  },
  {
    ids: ['ECS.1'],
    level: 'baseline',
    requires: 'tasks have a network interface of their own',
    violations: (resources) =>
      resources.failing(taskDefinition, ({ networkMode }) => networkMode === 'awsvpc'),
  },
  {
    ids: ['CKV_AWS_249'],
    level: 'baseline',
    requires: 'the execution role is not the task role',
    violations: (resources) =>
      resources.failing(
        taskDefinition,
        ({ executionRoleArn, taskRoleArn }) => executionRoleArn !== taskRoleArn,
      ),
  },
  {
    ids: ['ECS.2', 'CKV_AWS_333'],
    level: 'production',
    requires: 'tasks have no public address',
    violations: (resources) =>
      resources.failing(service, ({ networkConfiguration }) => networkConfiguration?.assignPublicIp !== true),
  },
  {
    ids: ['ECS.10'],
    level: 'baseline',
    requires: 'the platform version is the latest',
    violations: (resources) =>
      resources.failing(service, ({ platformVersion = 'LATEST' }) => platformVersion === 'LATEST'),
  },
  {
    ids: ['CKV_AWS_223', 'CKV_AWS_224'],
    level: 'production',
    requires: 'ECS Exec is off, so that no shell can be opened in a task',
    violations: (resources) =>
      resources.failing(service, ({ enableExecuteCommand }) => enableExecuteCommand !== true),
  },
  {
    ids: ['own-circuit-breaker'],
    level: 'baseline',
    requires: 'a release that fails is stopped and rolled back',
    violations: (resources) =>
      resources.failing(
        service,
        ({ deploymentCircuitBreaker: breaker, deploymentConfiguration, alarms }) =>
          (breaker?.enable && breaker.rollback) ||
          // AWS documents no circuit breaker for these two strategies; alarms roll their releases back.
          (['CANARY', 'LINEAR'].includes(deploymentConfiguration?.strategy) &&
            alarms?.enable &&
            alarms.rollback),
      ),
  },
  {
    ids: ['ECS.12', 'CKV_AWS_65'],
    level: 'production',
    requires: 'Container Insights are on',
    violations: (resources) =>
      resources.failing('aws:ecs/cluster:Cluster', ({ settings = [] }) =>
        settings.some(({ name, value }: Inputs) => name === 'containerInsights' && value !== 'disabled'),
      ),
  },
];
