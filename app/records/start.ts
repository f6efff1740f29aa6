import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

/** Starts executions of a state machine for records. An execution has a name that comes from its record, so each runs
 * once. */
export function createStart<T extends { readonly id: string }>(
  client: SFNClient,
  stateMachineArn: string,
  inputOf: (record: T) => object,
  nameOf: (record: T) => string = ({ id }) => id,
) {
  return async (record: T): Promise<void> => {
    const input = JSON.stringify(inputOf(record));
    try {
      await client.send(new StartExecutionCommand({ stateMachineArn, name: nameOf(record), input }));
    } catch (error) {
      // The record's execution has run and ended already.
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  };
}
