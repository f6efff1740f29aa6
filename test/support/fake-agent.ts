import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProtectionState {
  readonly ProtectionEnabled: boolean;
  readonly ExpiresInMinutes?: number;
}

export interface FakeAgent {
  /** What ECS gives a container as `ECS_AGENT_URI`. */
  readonly uri: string;
  /** What was asked for, in order. */
  readonly states: readonly ProtectionState[];
  /** Answers this from now on; undefined: grants what is asked for. */
  refuse(answer: object | undefined, status?: number): void;
  close(): Promise<void>;
}

/** Answers as the agent of ECS does, for one task. */
export async function fakeAgent(): Promise<FakeAgent> {
  const states: ProtectionState[] = [];
  let refusal: { answer: object; status: number } | undefined;
  const server = createServer(async (request, response) => {
    const state = JSON.parse(Buffer.concat(await request.toArray()).toString()) as ProtectionState;
    const isKnown = request.method === 'PUT' && request.url === '/api/task/task-protection/v1/state';
    if (!isKnown) return void response.writeHead(404).end('{}');
    states.push(state);
    const { answer, status } = refusal ?? { answer: { protection: state }, status: 200 };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/task`,
    states,
    refuse: (answer, status = 200) => {
      refusal = answer && { answer, status };
    },
    close: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
