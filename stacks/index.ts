import { buildSite } from '../site/build.ts';
import { deploy } from './program.ts';

// Here, not in the program: its plan builds the site as well.
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
