/** A program whose release ECS rolls back, for release-check.test.ts: run in a process of its own, since it must fail
 * as a whole. With `--preview` it is previewed instead. */
import { resourcesOf, running, worker } from './fixture.ts';

await resourcesOf(worker, {
  preview: process.argv.includes('--preview'),
  call: running('arn:aws:ecs:us-east-1:123456789012:task-definition/trellis-test-api:41'),
});
