import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands in for the agent of ECS, as far as tasks ask it for protection. */
export interface Agent {
  /** What ECS gives the containers of a task as `ECS_AGENT_URI`. */
  uriOf(task: string): string;
  /** Whether scaling in must leave the task alone. */
  isProtected(task: string): boolean;
  forget(task: string): void;
  stop(): Promise<void>;
}

/** Minutes of ECS's documentation: without `ExpiresInMinutes`, and the least and most that it takes. */
const expiry = { fallback: 120, least: 1, most: 2880 };

export async function startAgent(): Promise<Agent> {
  const until = new Map<string, number>();
  const isProtected = (task: string) => (until.get(task) ?? 0) > Date.now();

  /** @returns the answer's status and body, as ECS documents them */
  function put(task: string, body: string): [number, object] {
    const { ProtectionEnabled: enabled, ExpiresInMinutes: minutes = expiry.fallback } = parsed(body);
    if (
      typeof enabled !== 'boolean' ||
      !(Number(minutes) >= expiry.least && Number(minutes) <= expiry.most)
    ) {
      const Message = `ProtectionEnabled must be true or false, ExpiresInMinutes ${expiry.least} to ${expiry.most}`;
      return [400, { error: { Arn: task, Code: 'InvalidParameterException', Message } }];
    }
    until.set(task, enabled ? Date.now() + Number(minutes) * 60_000 : 0);
    return [200, state(task)];
  }

  function state(task: string): object {
    const ExpirationDate = isProtected(task)
      ? { ExpirationDate: new Date(until.get(task) as number).toISOString() }
      : {};
    return { protection: { TaskArn: task, ProtectionEnabled: isProtected(task), ...ExpirationDate } };
  }

  const server = createServer(async (request, response) => {
    const [, task] = /^\/api\/([\w-]+)\/task-protection\/v1\/state$/.exec(request.url ?? '') ?? [];
    const body = Buffer.concat(await request.toArray()).toString();
    const [status, answer] =
      task === undefined
        ? ([404, {}] as const)
        : request.method === 'PUT'
          ? put(task, body)
          : ([200, state(task)] as const);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    uriOf: (task) => `http://127.0.0.1:${port}/api/${task}`,
    isProtected,
    forget: (task) => void until.delete(task),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function parsed(body: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(body));
  } catch {
    return {};
  }
}
