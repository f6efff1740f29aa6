import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, json } from 'node:stream/consumers';

/** A proxy of an emulator on a port of this machine. */
export interface StandIn {
  url: string;
  /** Names of the operations that it answered in the emulator's place. */
  answered: ReadonlySet<string>;
  close(): void;
}

const service = 'AmazonEC2ContainerServiceV20141113';

/** The parts of ECS's answers that are needed here, with times as they cross the wire. */
interface EcsService {
  serviceArn: string;
  taskDefinition: string;
  deployments: { id: string; status: string; rolloutState?: string; createdAt: number }[];
}
type Ask = (operation: string, input: object) => Promise<{ services?: EcsService[] }>;

/**
 * Passes every call on to an emulator, and answers what it does not know of ECS's service deployments, by which the provider
 * and our release check see whether a release has succeeded: moto 5.2.5 has none (seen). The answers are made from what
 * the emulator says of the service.
 *
 * @param port of an earlier one that a state names; 0 for any
 */
export async function standInFor(emulator: string, port = 0): Promise<StandIn> {
  const answered = new Set<string>();
  const server = createServer((asked, answer) => {
    const [, operation = ''] = String(asked.headers['x-amz-target'] ?? '').split(`${service}.`);
    const made = answers[operation];
    const done =
      made === undefined
        ? passOn(emulator, asked, answer)
        : complete(emulator, asked, answer, async (ask, input) => {
            answered.add(operation);
            return made(ask, input);
          });
    done.catch((error: Error) => {
      if (!answer.headersSent) answer.writeHead(502);
      answer.end(error.message);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function passOn(emulator: string, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const sent = request(new URL(asked.url ?? '/', emulator), { method: asked.method, headers: asked.headers });
  asked.pipe(sent);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  answer.writeHead(response.statusCode ?? 502, response.headers);
  response.pipe(answer);
  await once(response, 'end');
}

/** Asks the emulator, and makes an answer where it fails. */
async function complete(
  emulator: string,
  asked: IncomingMessage,
  answer: ServerResponse,
  make: (ask: Ask, input: Input) => Promise<object>,
): Promise<void> {
  const body = await buffer(asked);
  const send = async (content: Buffer, target: string) => {
    const headers = { ...asked.headers, 'x-amz-target': target, 'content-length': content.length };
    const sent = request(emulator, { method: 'POST', headers });
    sent.end(content);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response;
  };
  const response = await send(body, String(asked.headers['x-amz-target']));
  if ((response.statusCode ?? 500) < 500) {
    answer.writeHead(response.statusCode ?? 200, response.headers);
    response.pipe(answer);
    return;
  }
  response.resume();
  const ask: Ask = async (operation, input) =>
    (await json(await send(Buffer.from(JSON.stringify(input)), `${service}.${operation}`))) as object;
  const made = await make(ask, JSON.parse(body.toString()));
  answer.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
  answer.end(JSON.stringify(made));
}

/** The fields of the three requests; each has those of its own. */
interface Input {
  cluster: string;
  service: string;
  serviceDeploymentArns: [string];
  serviceRevisionArns: [string];
}

const answers: Record<string, (ask: Ask, input: Input) => Promise<object>> = {
  ListServiceDeployments: async (ask, { cluster, service: name }) => {
    const found = await deploymentOf(ask, cluster, name);
    const { serviceDeploymentArn, createdAt, status, targetServiceRevision } = found.deployment;
    const targetServiceRevisionArn = targetServiceRevision.arn;
    return {
      serviceDeployments: [{ serviceDeploymentArn, createdAt, status, targetServiceRevisionArn }],
    };
  },
  DescribeServiceDeployments: async (ask, { serviceDeploymentArns: [arn] }) => ({
    serviceDeployments: [(await deploymentOf(ask, ...namesIn(arn))).deployment],
    failures: [],
  }),
  DescribeServiceRevisions: async (ask, { serviceRevisionArns: [arn] }) => {
    const { taskDefinition } = await deploymentOf(ask, ...namesIn(arn));
    return { serviceRevisions: [{ serviceRevisionArn: arn, taskDefinition }], failures: [] };
  },
};

/** Cluster and service in the ARN of a deployment or revision. */
function namesIn(arn: string): [string, string] {
  const [, cluster = '', name = ''] = arn.split('/');
  return [cluster, name];
}

const statuses: Record<string, string> = { COMPLETED: 'SUCCESSFUL', FAILED: 'STOPPED' };

async function deploymentOf(ask: Ask, cluster: string, name: string) {
  const { services } = await ask('DescribeServices', { cluster, services: [name] });
  const [found] = services ?? [];
  const primary = found?.deployments.find(({ status }) => status === 'PRIMARY');
  if (found === undefined || primary === undefined) throw new Error(`the emulator has no service ${name}`);
  const arn = (kind: string) =>
    `${found.serviceArn.replace(':service/', `:${kind}/`)}/${primary.id.split('/').at(-1)}`;
  return {
    taskDefinition: found.taskDefinition,
    deployment: {
      serviceDeploymentArn: arn('service-deployment'),
      serviceArn: found.serviceArn,
      createdAt: primary.createdAt,
      status: statuses[primary.rolloutState ?? 'COMPLETED'] ?? 'IN_PROGRESS',
      targetServiceRevision: { arn: arn('service-revision') },
    },
  };
}
