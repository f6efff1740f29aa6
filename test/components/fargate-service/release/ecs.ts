import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  DescribeServiceDeploymentsResponse,
  DescribeServiceRevisionsResponse,
  DescribeServicesResponse,
  DescribeTasksResponse,
  ListServiceDeploymentsResponse,
  ListTasksResponse,
} from '@aws-sdk/client-ecs';

/** The operations that the release check uses, with what ECS answers. */
export interface Answers {
  DescribeServices: DescribeServicesResponse;
  ListServiceDeployments: ListServiceDeploymentsResponse;
  DescribeServiceDeployments: DescribeServiceDeploymentsResponse;
  DescribeServiceRevisions: DescribeServiceRevisionsResponse;
  ListTasks: ListTasksResponse;
  DescribeTasks: DescribeTasksResponse;
}
type Operation = keyof Answers;

/** What ECS says when it refuses a call. */
export class Refusal {
  readonly status: number;
  readonly type: string;
  readonly message: string;

  constructor(status: number, type: string, message: string) {
    this.status = status;
    this.type = type;
    this.message = message;
  }
}

/** Answers by operation, each one value or, for a service that changes, a function of the number of the call. */
export type World = {
  [Name in Operation]?: Answers[Name] | Refusal | ((call: number) => Answers[Name] | Refusal);
};

export interface Call {
  /** Of ECS, or `AssumeRole` of STS. */
  operation: string;
  input: Record<string, unknown>;
  /** Who signed it, and for which region: `<access key>/<region>`. */
  signer: string;
}

export interface Ecs {
  url: string;
  /** In the order in which they came. */
  calls: Call[];
  close(): Promise<void>;
}

/**
 * ECS on a port of this machine, by its wire protocol (AWS JSON 1.1,
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html), so that AWS's own client asks. It also is STS, as far as
 * assuming a role goes: each role has credentials whose access key is the role's name.
 */
export async function serveEcs(world: World): Promise<Ecs> {
  const calls: Call[] = [];
  const counts = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const body = await read(request);
    const call = callOf(request, body);
    calls.push(call);
    if (call.operation === 'AssumeRole') return response.end(assumedRole(String(call.input.RoleArn)));
    const count = counts.get(call.operation) ?? 0;
    counts.set(call.operation, count + 1);
    const entry = world[call.operation as Operation];
    const answer = typeof entry === 'function' ? entry(count) : (entry ?? {});
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if (answer instanceof Refusal) {
      response.statusCode = answer.status;
      response.end(JSON.stringify({ __type: answer.type, message: answer.message }));
    } else response.end(JSON.stringify(answer, seconds));
  });
  const url = await listening(server);
  return {
    url,
    calls,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

function callOf({ headers }: IncomingMessage, body: string): Call {
  const [, key, region] =
    /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(headers.authorization ?? '') ?? ([] as string[]);
  const target = headers['x-amz-target'];
  const form = target === undefined ? Object.fromEntries(new URLSearchParams(body)) : undefined;
  return {
    operation: String(target?.toString().split('.').at(-1) ?? form?.Action),
    input: form ?? JSON.parse(body),
    signer: `${key}/${region}`,
  };
}

/** The protocol writes times in seconds. */
function seconds(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const own = this[key];
  return own instanceof Date ? own.getTime() / 1000 : value;
}

function assumedRole(arn: string): string {
  const name = arn.split('/').at(-1);
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
  <AssumedRoleUser><AssumedRoleId>AROA:check</AssumedRoleId><Arn>${arn}</Arn></AssumedRoleUser>
  <Credentials><AccessKeyId>${name}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
  <SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
  </AssumeRoleResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleResponse>`;
}
