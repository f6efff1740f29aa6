/** A program whose release ECS rolls back, for check.test.ts: run in a process of its own, since it must fail as a whole.
 * Its argument is the URL of ECS; with `--preview` it is previewed instead. */
import * as pulumi from '@pulumi/pulumi';
import { resourcesOf, worker } from '../fixture.ts';
import { serviceArn } from './releases.ts';

pulumi.runtime.setAllConfig({
  'aws:accessKey': 'key',
  'aws:secretKey': 'secret',
  'aws:endpoints': JSON.stringify([{ ecs: process.argv[2] }]),
});
await resourcesOf(worker, {
  preview: process.argv.includes('--preview'),
  call: (token) => (token === 'aws:ecs/getService:getService' ? { arn: serviceArn } : undefined),
});
