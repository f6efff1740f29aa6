import { deploy } from './program.ts';

export const {
  url,
  pageUrl,
  apiUrl,
  tables,
  apiKeyParameter,
  siteBucket,
  mediaBucket,
  image,
  cluster,
  service,
  taskDefinition,
  logGroup,
} = deploy();
