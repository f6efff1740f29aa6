import type { Answer, Call } from './fault-proxy.ts';

const json = { 'content-type': 'application/x-amz-json-1.0' };

function jsonError(status: number, __type: string, more: object = {}): Answer {
  return { status, headers: json, body: JSON.stringify({ __type, message: 'not now', ...more }) };
}

const dynamodb = 'com.amazonaws.dynamodb.v20120810#';

/** DynamoDB's own errors and half answers, as it sends them. */
export const databaseAnswers = {
  noCapacity: () => jsonError(400, `${dynamodb}ProvisionedThroughputExceededException`),
  throttled: () => jsonError(400, 'com.amazon.coral.availability#ThrottlingException'),
  requestLimit: () => jsonError(400, `${dynamodb}RequestLimitExceeded`),
  internal: () => jsonError(500, `${dynamodb}InternalServerError`),
  /** Of something in front of the database. */
  unavailable: (): Answer => ({ status: 503, body: '<html><body>Service Unavailable</body></html>' }),
  /** A transaction, cancelled for the reason given; anything else is throttled. */
  cancelled: (code: string) => (call: Call) => {
    if (call.operation !== 'TransactWriteItems') return databaseAnswers.throttled();
    const { TransactItems } = JSON.parse(call.body.toString()) as { TransactItems: unknown[] };
    const CancellationReasons = TransactItems.map((_, i) =>
      i === TransactItems.length - 1 ? { Code: code, Message: 'not now' } : { Code: 'None' },
    );
    return jsonError(400, `${dynamodb}TransactionCanceledException`, { CancellationReasons });
  },
  /** A batch of which nothing was processed; anything else passes. */
  unprocessed: (call: Call): Answer | undefined => {
    if (!call.operation.startsWith('Batch')) return undefined;
    const { RequestItems } = JSON.parse(call.body.toString());
    const left = call.operation === 'BatchGetItem' ? 'UnprocessedKeys' : 'UnprocessedItems';
    return { status: 200, headers: json, body: JSON.stringify({ [left]: RequestItems }) };
  },
};

const xml = { 'content-type': 'application/xml' };

function xmlError(status: number, code: string): Answer {
  return {
    status,
    headers: xml,
    body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>not now</Message></Error>`,
  };
}

export const bucketAnswers = {
  slowDown: () => xmlError(503, 'SlowDown'),
  internal: () => xmlError(500, 'InternalError'),
  /** Deletions that S3 answers with 200 and an error for every key; anything else is an internal error. */
  notDeleted: (call: Call): Answer => {
    if (!(call.method === 'POST' && /[?&]delete/.test(call.path))) return bucketAnswers.internal();
    const keys = [...call.body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key);
    const errors = keys.map(
      (key) => `<Error><Key>${key}</Key><Code>InternalError</Code><Message>not now</Message></Error>`,
    );
    return {
      status: 200,
      headers: xml,
      body: `<?xml version="1.0" encoding="UTF-8"?><DeleteResult>${errors.join('')}</DeleteResult>`,
    };
  },
};

export const workflowAnswers = {
  throttled: () => jsonError(400, 'com.amazonaws.stepfunctions#ThrottlingException'),
  limit: () => jsonError(400, 'com.amazonaws.stepfunctions#ExecutionLimitExceeded'),
  internal: () => jsonError(500, 'com.amazonaws.stepfunctions#InternalFailure'),
};
