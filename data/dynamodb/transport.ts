import type { Agent, Dispatcher } from 'undici';
import type { Answer, Request } from './direct.ts';

/**
 * Sends one request and reads its answer whole, without the two streams that undici's own `request` makes for each answer.
 * Errors get the names by which the SDK decides whether to repeat a call, as `UndiciHttpHandler` gives them.
 * @param timeout milliseconds for the headers, and between two parts of the body
 */
export function dispatchWhole(agent: Agent, request: Request, timeout: number): Promise<Answer> {
  const { protocol, hostname, port, path, headers, body } = request;
  const options = {
    origin: `${protocol}//${hostname}${port ? `:${port}` : ''}`,
    path,
    method: 'POST',
    headers,
    body: body as string,
    headersTimeout: timeout,
    bodyTimeout: timeout,
  } as const;
  return new Promise((resolve, reject) => {
    agent.dispatch(options, new WholeAnswer(resolve, reject));
  });
}

class WholeAnswer implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;
  readonly #chunks: Buffer[] = [];
  #statusCode = 0;
  #headers: Record<string, string> = {};

  constructor(resolve: (answer: Answer) => void, reject: (error: Error) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Undici takes an object for a handler by this method. */
  onRequestStart(): void {}

  onResponseStart(_: unknown, statusCode: number, headers: object): void {
    this.#statusCode = statusCode;
    this.#headers = headers as Record<string, string>;
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
    this.#resolve({ response: { statusCode: this.#statusCode, headers: this.#headers, body } });
  }

  onResponseError(_: unknown, error: Error): void {
    const { code } = error as { code?: string };
    const hasHeaders = this.#statusCode > 0;
    if (hasHeaders || code?.endsWith('_TIMEOUT')) Object.assign(error, { name: 'TimeoutError' });
    else if (code === 'UND_ERR_SOCKET') Object.assign(error, { name: 'RequestTimeout' });
    this.#reject(error);
  }
}
