export type * from './args.ts';
export type * from './container-args.ts';
export { checkStepPercent, shiftsTraffic, strategies, strategiesFor } from './deployment.ts';
export type * from './deployment-args.ts';
export type * from './exposure-args.ts';
export { FargateService } from './fargate-service.ts';
export type * from './scaling-args.ts';
export { checkRecurring, checkSchedule, checkTimeZone } from './schedule.ts';
export { checkFirstTask, checkWeights } from './validate.ts';
