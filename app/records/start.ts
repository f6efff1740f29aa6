import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

/** Starts executions of a state machine for records. An execution has its record's id as its name, so each runs once. */
export function createStart<T extends { readonly id: string }>(
  client: SFNClient,
  stateMachineArn: string,
  inputOf: (record: T) => object,
) {
  return async (record: T): Promise<void> => {
    const input = JSON.stringify(inputOf(record));
    try {
      await client.send(new StartExecutionCommand({ stateMachineArn, name: record.id, input }));
    } catch (error) {
      // The record's execution has run and ended already.
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  };
}
