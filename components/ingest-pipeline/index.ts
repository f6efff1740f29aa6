export type * from './args.ts';
export { defaultBacklogMinutes } from './defaults.ts';
export { IngestPipeline } from './ingest-pipeline.ts';
export { classProblems } from './validate.ts';
