export * from './pipeline-args.ts';
export { ScanPipeline } from './scan-pipeline.ts';
