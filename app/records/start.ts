import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

/** Has a state machine carry something out, once however often it is asked to: the execution is named like the id. */
export type Start = (id: string, input: object) => Promise<void>;

export function createStart(client: SFNClient, stateMachineArn: string): Start {
  return async (name, input) => {
    try {
      await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
    } catch (error) {
      // It has run already, and is at its end.
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  };
}
