export type { ContainerImageArgs, ContainerImageBuildArgs, ContainerImageReference } from './args.ts';
export { ContainerImage } from './container-image.ts';
export { contentTag } from './content-hash.ts';
export { parseReference } from './reference.ts';
