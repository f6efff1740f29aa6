import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

/**
 * Has a state machine carry records out, each once however often it is asked to: the execution is named like the record.
 */
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
      // It has run already, and is at its end.
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  };
}
