/** The engine of the pipelines: what carries out a state machine, and what tells of its ends. */
export { createAlarm, endedBadly, messagesIn } from './alarms.ts';
export { placeholder, substitute } from './definition.ts';
export { createDestination, createRule, endedWithoutWord, startExecutions } from './events.ts';
export { admit, createQueue } from './queues.ts';
export type { Scope } from './scope.ts';
export { createExecutionLog, createStateMachine, eventBus } from './state-machine.ts';
