import type { FargateServiceArgs } from '../../../components/fargate-service/index.ts';
import type { Refused } from './refused.ts';

const loadBalancer: FargateServiceArgs['loadBalancer'] = { subnetIds: [] };

/** As `refused`, of the way in which releases replace the tasks. */
export const refusedDeployment: Refused = [
  [
    'a strategy',
    { deployment: { strategy: 'CANARY' } },
    'deployment.strategy must be one of rolling, blue-green, canary, linear, not "CANARY"',
  ],
  [
    'a canary behind an HTTP API',
    { apiGateway: {}, deployment: { strategy: 'canary' } },
    'deployment.strategy canary needs loadBalancer or listenerRules, which shift the requests',
  ],
  [
    'a canary of a worker',
    { deployment: { strategy: 'blue-green' } },
    'deployment.strategy blue-green needs loadBalancer or listenerRules, which shift the requests',
  ],
  [
    'request tracking with two target groups',
    {
      loadBalancer,
      deployment: { strategy: 'linear' },
      scaling: { min: 1, max: 3, targetRequestsPerTask: 100 },
    },
    'scaling.targetRequestsPerTask needs deployment.strategy rolling: it counts the requests of one target group',
  ],
  [
    'steps of blue-green',
    { loadBalancer, deployment: { strategy: 'blue-green', stepPercent: 10 } },
    'deployment.stepPercent needs deployment.strategy canary or linear',
  ],
  [
    'steps of rolling',
    { loadBalancer, deployment: { stepMinutes: 1 } },
    'deployment.stepMinutes needs deployment.strategy canary or linear',
  ],
  [
    'baking of rolling',
    { loadBalancer, deployment: { bakeMinutes: 1 } },
    'deployment.bakeMinutes needs deployment.strategy blue-green, canary or linear',
  ],
  [
    'a test header of rolling',
    { loadBalancer, deployment: { testHeader: { name: 'x-release', value: 'next' } } },
    'deployment.testHeader needs deployment.strategy blue-green, canary or linear',
  ],
  [
    'a whole canary',
    { loadBalancer, deployment: { strategy: 'canary', stepPercent: 100 } },
    'deployment.stepPercent must be a whole number from 1 to 99, not 100',
  ],
  [
    'a step that ECS refuses',
    { loadBalancer, deployment: { strategy: 'linear', stepPercent: 2 } },
    'deployment.stepPercent must be a whole number from 3 to 99, not 2',
  ],
  [
    'a step of days',
    { loadBalancer, deployment: { strategy: 'canary', stepMinutes: 1441 } },
    'deployment.stepMinutes must be a whole number from 0 to 1440, not 1441',
  ],
  [
    'a bake time',
    { loadBalancer, deployment: { strategy: 'blue-green', bakeMinutes: -1 } },
    'deployment.bakeMinutes must be a whole number from 0 to 1440, not -1',
  ],
  [
    'a test header',
    { loadBalancer, deployment: { strategy: 'canary', testHeader: { name: 'x release', value: 'next' } } },
    'deployment.testHeader.name must be 1 to 40 letters, digits and hyphens, not "x release"',
  ],
  [
    'a test header that everything has',
    { loadBalancer, deployment: { strategy: 'canary', testHeader: { name: 'accept', value: '*' } } },
    'deployment.testHeader.value must be 1 to 128 visible ASCII characters other than * and ?',
  ],
  [
    'a healthy share',
    { deployment: { minimumHealthyPercent: 101 } },
    'deployment.minimumHealthyPercent must be a whole number from 0 to 100, not 101',
  ],
  [
    'a maximum without room',
    { deployment: { maximumPercent: 100 } },
    'deployment.maximumPercent must be a whole number from 101 to 200, not 100',
  ],
  [
    'an error share that nothing exceeds',
    { apiGateway: {}, deployment: { maxErrorPercent: 100 } },
    'deployment.maxErrorPercent must be a whole number from 0 to 99, not 100',
  ],
  [
    'an error share without an entry point',
    { deployment: { maxErrorPercent: 1 } },
    'deployment.maxErrorPercent needs loadBalancer, listenerRules or apiGateway, which count the answers',
  ],
  [
    'a deployment timeout',
    { deployment: { timeoutMinutes: 0 } },
    'deployment.timeoutMinutes must be a whole number from 1 to 2880, not 0',
  ],
  [
    'a timeout that ends every release',
    { loadBalancer, deployment: { strategy: 'linear', stepPercent: 30, timeoutMinutes: 25 } },
    'deployment.timeoutMinutes must be more than the 25 that steps and bakeMinutes take, not 25',
  ],
];
