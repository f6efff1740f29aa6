import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Executor } from './executor.ts';

export interface StatesApi {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * The one call of Step Functions' API that the service uses: `StartExecution`. Like the other emulators it listens on the
 * loopback interface only and accepts every signature.
 * @param executors read at every request: the service needs this address before the executors exist
 */
export async function startStatesApi(executors: readonly Executor[]): Promise<StatesApi> {
  const server = createServer((request, response) => {
    answer(request, executors).then(
      (body) => send(response, 200, body),
      (error: Error) =>
        send(response, executors.length === 0 ? 503 : 400, { __type: error.name, message: error.message }),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function stop(): Promise<void> {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

async function answer(request: IncomingMessage, executors: readonly Executor[]): Promise<object> {
  const body = JSON.parse((await text(request)) || '{}') as {
    stateMachineArn?: string;
    name?: string;
    input?: string;
  };
  const action = request.headers['x-amz-target'];
  if (action !== 'AWSStepFunctions.StartExecution') throw named('UnknownOperationException', `${action}`);
  const executor = executors.find(({ stateMachineArn }) => stateMachineArn === body.stateMachineArn);
  if (!executor) throw named('StateMachineDoesNotExist', `${body.stateMachineArn}`);
  const { arn, startedAt } = executor.start(JSON.parse(body.input ?? '{}'), body.name);
  return { executionArn: arn, startDate: startedAt.getTime() / 1000 };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
