import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { databaseTime } from '../request-context.ts';
import type { SignableRequest } from '../signer.ts';
import type { Answer } from './answer.ts';

/** Commands whose inputs and outputs are JSON as DynamoDB has it. Tables here have no binary attributes, which would be in
 * base64. Transactions are left to the SDK, which adds a token to them. */
const operations = new Map<unknown, string>([
  [GetItemCommand, 'GetItem'],
  [PutItemCommand, 'PutItem'],
  [UpdateItemCommand, 'UpdateItem'],
  [DeleteItemCommand, 'DeleteItem'],
  [QueryCommand, 'Query'],
  [BatchGetItemCommand, 'BatchGetItem'],
  [BatchWriteItemCommand, 'BatchWriteItem'],
]);

/** Where the SDK sends its requests to. */
export interface Route {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
}

export type Request = SignableRequest & Route & { readonly body: string };

type Handler = (args: { input: object }) => Promise<unknown>;
type ReplayMiddleware = (next: Handler) => Handler;

export interface Transport {
  /** Undefined until the SDK has sent a request, and when calls must be left to it. */
  route(): Route | undefined;
  send(request: Request): Promise<Answer>;
  /** @returns a promise when credentials must be asked for first */
  sign(request: Request): Promise<void> | undefined;
}

/** The part of the SDK's retry strategy that calls which succeed at once would use. */
interface Quota {
  recordSuccess(token: typeof sentOnce): void;
}

/** Stands for a call that was sent once. */
const sentOnce = { getRetryCount: () => 0, getRetryDelay: () => 0, getRetryCost: () => undefined };

/**
 * Lets calls that succeed at once pass the SDK by: its middleware, serializer and deserializer cost more CPU than the rest
 * of a call. The first call of a client goes through the SDK, which finds the endpoint. Whatever does not succeed goes on
 * there as if the SDK had made the first try itself, so retries, pauses and errors are the SDK's.
 */
export function sendDirectly(client: DynamoDBClient, transport: Transport): void {
  const send = client.send.bind(client) as (command: unknown, ...more: unknown[]) => Promise<unknown>;
  /** First tries that did not succeed, by the input of the call: each gives its answer or throws its error. */
  const firstTries = new WeakMap<object, () => Answer>();
  const replay: ReplayMiddleware = (next) => async (args) => {
    const take = firstTries.get(args.input);
    firstTries.delete(args.input);
    return take ? take() : next(args);
  };
  client.middlewareStack.add(replay as never, {
    step: 'deserialize',
    priority: 'low',
    name: 'trellisFirstTry',
  });

  /** Each repetition takes a part of the SDK's quota, which only calls that succeed fill up again. Without ours, a task
   * would stop to repeat calls some day. */
  let quota: Quota | undefined;

  async function direct(operation: string, command: { input: object }, route: Route): Promise<unknown> {
    const request: Request = {
      ...route,
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
      },
      body: JSON.stringify(command.input),
    };
    let firstTry: () => Answer;
    try {
      const signing = transport.sign(request);
      if (signing) await signing;
      const answer = await databaseTime(transport.send(request));
      const output = answer.response.statusCode === 200 ? parse(answer.response.body) : undefined;
      if (output) {
        quota ??= (await client.config.retryStrategy()) as Quota;
        quota.recordSuccess(sentOnce);
        return Object.assign(output, { $metadata: new Metadata(answer) });
      }
      firstTry = () => answer;
    } catch (error) {
      firstTry = () => {
        throw error;
      };
    }
    // The same command may be on its way a second time, so this call gets an input of its own.
    const input = { ...command.input };
    firstTries.set(input, firstTry);
    return send(Object.assign(Object.create(command), { input }));
  }

  const sendEither = (command: { input: object }, ...more: unknown[]) => {
    const operation = operations.get(command.constructor);
    const route = transport.route();
    return operation && route && more.length === 0
      ? direct(operation, command, route)
      : send(command, ...more);
  };
  Object.assign(client, { send: sendEither });
}

/** @returns undefined for what is not a JSON object: an answer that was cut short */
function parse(body: Uint8Array): object | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString());
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Its headers are read when they are asked for. */
class Metadata {
  readonly #response: Answer['response'];
  readonly httpStatusCode = 200;
  readonly attempts = 1;
  readonly totalRetryDelay = 0;

  constructor({ response }: Answer) {
    this.#response = response;
  }

  get requestId(): string | undefined {
    return this.#response.headers['x-amzn-requestid'];
  }
}
