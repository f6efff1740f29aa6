import { buildSite } from '../site/build.ts';
import { deploy } from './program.ts';

// The site is built here and not in the program, because the plan, which runs the program too, builds it by itself.
await buildSite();

export const {
  url,
  pageUrl,
  apiUrl,
  tables,
  apiKeyParameter,
  siteBucket,
  mediaBucket,
  ingestBucket,
  ingestStateMachine,
  ingestFailureQueue,
  scansBucket,
  image,
  cluster,
  service,
  taskDefinition,
  logGroup,
  dashboardUrl,
} = await deploy();
