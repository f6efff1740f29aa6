export * from './args.ts';
export { ScanPipeline } from './scan-pipeline.ts';
