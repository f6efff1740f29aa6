export { type DataStoreAction, dataStoreActions } from './actions.ts';
export type { DataStoreArgs, DataStoreIndexArgs } from './args.ts';
export { DataStore } from './data-store.ts';
