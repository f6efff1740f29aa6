/** An answer to a call, as the SDK takes it too. */
export interface Answer {
  readonly response: {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string>>;
    body: Uint8Array;
  };
  /** Whether another call may use the connection. */
  readonly keepsAlive: boolean;
}

/** Far more than DynamoDB sends, and as much as Node takes. */
const maxHeadBytes = 16 * 1024;
const endOfHead = '\r\n\r\n';

/**
 * Reads one answer as DynamoDB gives it: HTTP/1.1, and a body of a length that the head tells. General parsers cost more
 * CPU than all else that a call does, so what is out of the ordinary is left to the SDK's.
 */
export class AnswerReader {
  readonly #chunks: Buffer[] = [];
  #received = 0;
  #head: { text: string; bytes: number; whole: number } | undefined;

  /** Whether the head has arrived: the server has the call then, and answers it. */
  get hasHead(): boolean {
    return this.#head !== undefined;
  }

  /**
   * @returns the answer once its last byte has come
   * @throws when it is in another form
   */
  add(chunk: Buffer): Answer | undefined {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    this.#head ??= this.#findHead();
    const head = this.#head;
    if (!head || this.#received < head.whole) return undefined;
    if (this.#received > head.whole) throw new Error('more bytes came than the answer has');
    return {
      response: new Response(head.text, this.#joined().subarray(head.bytes)),
      keepsAlive: keepsAlive(head.text),
    };
  }

  #findHead() {
    const bytes = this.#joined();
    const end = bytes.indexOf(endOfHead);
    if (end < 0 && bytes.length <= maxHeadBytes) return undefined;
    const text = bytes.toString('latin1', 0, end);
    const length = lengthOf(text);
    if (end < 0 || length === undefined) throw new Error('the answer is not as DynamoDB gives it');
    const start = end + endOfHead.length;
    return { text, bytes: start, whole: start + length };
  }

  #joined(): Buffer {
    const [first] = this.#chunks;
    return this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
  }
}

class Response {
  readonly #head: string;
  readonly statusCode: number;
  body: Uint8Array;

  constructor(head: string, body: Uint8Array) {
    this.#head = head;
    this.statusCode = Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
    this.body = body;
  }

  /** By name in small letters. Calls that succeed do not need them, so they are read when they are asked for. */
  get headers(): Record<string, string> {
    const lines = this.#head.split('\r\n').slice(1);
    return Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
  }
}

/** @returns undefined when the head is not that of a final answer with one length */
function lengthOf(head: string): number | undefined {
  if (!/^HTTP\/1\.1 [2-5]\d\d(?: |\r|$)/.test(head) || /\r\ntransfer-encoding:/i.test(head)) return undefined;
  const [length, another] = head.matchAll(/\r\ncontent-length:[ \t]*([^\r]*)/gi);
  const digits = /^\d+(?=[ \t]*$)/.exec(length?.[1] ?? '')?.[0];
  return digits === undefined || another ? undefined : Number(digits);
}

function keepsAlive(head: string): boolean {
  return !/\r\nconnection:[^\r]*close/i.test(head);
}
