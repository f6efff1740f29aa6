/** What the pipelines share: state machines, the rules that start them, and the queues and alarms around them. */
export { createAlarm } from '../alarm.ts';
export { messagesIn } from '../queue/index.ts';
export { unsuccessfulExecutions } from './alarms.ts';
export { placeholder, substitute } from './definition.ts';
export { createDestination, createRule, executionEnded, startExecutions } from './events.ts';
export { createQueue } from './queues.ts';
export { formerly, type Scope } from './scope.ts';
export { createExecutionLog, createStateMachine, eventBus } from './state-machine.ts';
