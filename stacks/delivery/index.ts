import { deliver } from './program.ts';

export const { stateBucket, stateKey, boundary, previewRole, deployRoles } = deliver();
