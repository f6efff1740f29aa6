import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { backendOf, isUnavailable } from '../../data/unavailable.ts';
import { type InvalidField, invalid, Problem, problemContentType } from '../problem.ts';

/** Seconds after which a caller may try again when the database, the bucket or the workflow service is away. */
const retryAfter = '1';

/** A cache that kept an error would repeat it to other callers, and after its cause is gone. */
const notStored = { 'cache-control': 'no-store' };

/** Every error leaves the service as RFC 9457 problem details; the cause of a 5xx stays in the log. */
export const problemDetails = plugin(
  async (app) => {
    app.setErrorHandler((error: FastifyError, request, reply) => sendProblem(error, request, reply));
  },
  { name: 'problem-details' },
);

/** @param atFailure members added to a 5xx: the request may have been carried out although its answer is an error */
export function sendProblem(
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
  atFailure: Readonly<Record<string, unknown>> = {},
): FastifyReply {
  const problem = toProblem(error, request);
  if (problem.status >= 500) request.log.error({ err: error }, problem.message);
  return reply
    .code(problem.status)
    .headers({ ...notStored, ...problem.headers })
    .type(problemContentType)
    .send(JSON.stringify(problem.status < 500 ? problem : { ...problem.toJSON(), ...atFailure }));
}

/** Answers bytes that are not an HTTP request, and a request with too large headers: Node passes neither to a route. */
export function sendConnectionProblem(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error);
    return;
  }
  sendOnSocket(connectionProblem(error.code), socket);
}

/** Writes a problem to a socket for which Node has made no response object. */
export function sendOnSocket(problem: Problem, socket: Duplex): void {
  const body = JSON.stringify(problem);
  const headers = {
    ...notStored,
    ...problem.headers,
    'content-type': problemContentType,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${problem.status} ${problem.toJSON().title}\r\n${lines.join('')}\r\n${body}`);
}

function connectionProblem(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return refusal(431, 'headers', 'are larger than 16 KiB');
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW')
    return refusal(413, 'body', 'has chunk extensions that are too large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return refusal(408, 'request', 'did not arrive in time');
  return invalid('request', 'is not valid HTTP');
}

function refusal(status: number, field: string, message: string): Problem {
  return new Problem(status, `${field} ${message}`, { errors: [{ field, message }] });
}

function toProblem(error: Error & Partial<FastifyError>, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  if (error.validation) {
    const failures = error.validation.filter(({ keyword }) => keyword !== 'propertyNames');
    const errors = failures.map((failure) => invalidField(failure, error.validationContext));
    return new Problem(400, 'the request has invalid fields', { errors: distinct(errors) });
  }
  if (isUnavailable(error)) {
    return new Problem(503, `${backendOf(error)} does not answer; nothing is wrong with the request`, {
      headers: { 'retry-after': retryAfter },
    });
  }
  const status = error.statusCode ?? 500;
  if (status >= 500)
    return new Problem(500, `the service failed; its log has the cause under request ${request.id}`);
  const field = fieldOf(error.code);
  return new Problem(status, error.message, { errors: [{ field, message: error.message }] });
}

/** The part of the request that one of Fastify's own errors is about. */
function fieldOf(code: string | undefined): string {
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return 'headers.content-type';
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH') return 'headers.content-length';
  if (code === 'FST_ERR_BAD_URL') return 'path';
  return 'body';
}

type ValidationFailure = NonNullable<FastifyError['validation']>[number] & {
  /** The wrong name, when the schema has a rule for names instead of a list of them. */
  propertyName?: string;
  parentSchema?: { description?: string };
};

function invalidField(failure: ValidationFailure, context: string | undefined): InvalidField {
  const { params } = failure;
  const missing = params.missingProperty ?? params.additionalProperty ?? failure.propertyName;
  const path = failure.instancePath.slice(1).split('/').filter(Boolean);
  if (typeof missing === 'string') path.push(missing);
  const part = context === 'querystring' ? 'query' : (context ?? 'body');
  const message = params.additionalProperty ? 'is not a known field' : readable(failure);
  return { field: [part, ...path.map(unescapePointer)].join('.'), message };
}

function readable({ keyword, message, params, parentSchema }: ValidationFailure): string {
  if (keyword === 'required') return 'is required';
  if (keyword === 'enum') return `must be one of ${(params.allowedValues as unknown[]).join(', ')}`;
  if (keyword === 'format' && params.format === 'date') return 'must be a day that exists, YYYY-MM-DD';
  if (keyword === 'pattern' && parentSchema?.description) return `is not valid: ${parentSchema.description}`;
  return message ?? 'is invalid';
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** At most 20, so that a hostile body does not get an answer larger than itself. */
function distinct(errors: readonly InvalidField[]): InvalidField[] {
  const seen = new Map(errors.map((error) => [`${error.field} ${error.message}`, error]));
  return [...seen.values()].slice(0, 20);
}
