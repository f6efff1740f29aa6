import { deploy } from './program.ts';

export const {
  url,
  pageUrl,
  apiUrl,
  tables,
  apiKeyParameter,
  image,
  cluster,
  service,
  taskDefinition,
  logGroup,
} = deploy();
