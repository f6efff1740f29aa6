export * from './args.ts';
export { scanDefinition } from './definition.ts';
export { launchDefinition } from './launch-definition.ts';
