import { deliver } from './program.ts';

export const { stateBucket, stateKey, boundaries, previewRole, deployRoles } = deliver();
