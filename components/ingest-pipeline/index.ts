export type * from './args.ts';
export { IngestPipeline } from './ingest-pipeline.ts';
