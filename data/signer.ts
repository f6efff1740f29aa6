import { createHmac, hash } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface SigningScope {
  readonly region: string;
  readonly service: string;
}

export interface SignableRequest {
  readonly method: string;
  /** Canonical already: `/` for every DynamoDB call, which also has no query string. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array | undefined;
}

export interface PresignableRequest {
  readonly method: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Canonical already. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Headers that the caller must send with exactly these values, `host` among them. */
  readonly headers: Readonly<Record<string, string>>;
}

const algorithm = 'AWS4-HMAC-SHA256';
const unsignedPayload = 'UNSIGNED-PAYLOAD';
/** Bytes of a block of SHA-256. */
const hashBlock = 64;
const digestBytes = 32;

/**
 * AWS Signature Version 4, for what the service signs often: requests without a query string, as DynamoDB's protocol has
 * them, and URLs of S3. The signing key changes once a day, so it is kept: deriving it costs four of the five HMACs.
 */
export class Signer {
  readonly #scope: SigningScope;
  #key: { secret: string; day: string; hmac: (text: string) => string } | undefined;

  constructor(scope: SigningScope) {
    this.#scope = scope;
  }

  /** Signs every header given, and adds `x-amz-date`, `x-amz-security-token` (with temporary credentials) and
   * `authorization`. */
  sign(request: SignableRequest, credentials: Credentials, date: Date): void {
    const { headers } = request;
    const time = timeOf(date);
    headers['x-amz-date'] = time;
    if (credentials.sessionToken) headers['x-amz-security-token'] = credentials.sessionToken;

    const signed = canonicalHeaders(headers);
    const payload = hash('sha256', request.body ?? '', 'hex');
    const signature = this.#signature(
      [request.method, request.path, '', signed.lines, signed.names, payload],
      credentials,
      time,
    );
    headers.authorization = `${algorithm} Credential=${this.#credential(credentials, time)}, SignedHeaders=${signed.names}, Signature=${signature}`;
  }

  /** @returns a URL that is valid for this method, these headers and any body, for `seconds`. */
  presign(request: PresignableRequest, credentials: Credentials, date: Date, seconds: number): string {
    const time = timeOf(date);
    const signed = canonicalHeaders(request.headers);
    const query: Record<string, string> = {
      ...request.query,
      'X-Amz-Algorithm': algorithm,
      'X-Amz-Content-Sha256': unsignedPayload,
      'X-Amz-Credential': this.#credential(credentials, time),
      'X-Amz-Date': time,
      'X-Amz-Expires': String(seconds),
      'X-Amz-SignedHeaders': signed.names,
    };
    if (credentials.sessionToken) query['X-Amz-Security-Token'] = credentials.sessionToken;
    const parameters = Object.keys(query)
      .sort()
      .map((name) => `${escaped(name)}=${escaped(query[name] as string)}`)
      .join('&');
    const signature = this.#signature(
      [request.method, request.path, parameters, signed.lines, signed.names, unsignedPayload],
      credentials,
      time,
    );
    return `${request.origin}${request.path}?${parameters}&X-Amz-Signature=${signature}`;
  }

  #signature(canonicalRequest: string[], { secretAccessKey }: Credentials, time: string): string {
    const digest = hash('sha256', canonicalRequest.join('\n'), 'hex');
    const hmac = this.#signingKey(secretAccessKey, time.slice(0, 8));
    return hmac(`${algorithm}\n${time}\n${this.#scopeOf(time)}\n${digest}`);
  }

  #credential({ accessKeyId }: Credentials, time: string): string {
    return `${accessKeyId}/${this.#scopeOf(time)}`;
  }

  #scopeOf(time: string): string {
    return `${time.slice(0, 8)}/${this.#scope.region}/${this.#scope.service}/aws4_request`;
  }

  #signingKey(secret: string, day: string): (text: string) => string {
    if (this.#key?.secret !== secret || this.#key.day !== day) {
      const value = [day, this.#scope.region, this.#scope.service, 'aws4_request'].reduce(
        (key, part) => createHmac('sha256', key).update(part).digest(),
        Buffer.from(`AWS4${secret}`),
      );
      this.#key = { secret, day, hmac: hmacWith(value) };
    }
    return this.#key.hmac;
  }
}

/**
 * HMAC-SHA256 (RFC 2104) with one key, in hexadecimal. `createHmac` makes a stream for each text, which costs more than
 * the two hashes do.
 * @param key at most 64 bytes
 * @returns takes ASCII alone
 */
function hmacWith(key: Buffer): (text: string) => string {
  const pad = (byte: number) => Buffer.alloc(hashBlock, byte).map((value, i) => value ^ (key[i] ?? 0));
  let inner = Buffer.from(pad(0x36));
  const outer = Buffer.concat([pad(0x5c), Buffer.alloc(digestBytes)]);
  return (text) => {
    // Texts with one key are of one length as a rule.
    const bytes = hashBlock + text.length;
    if (inner.length !== bytes) inner = Buffer.concat([inner.subarray(0, hashBlock)], bytes);
    inner.write(text, hashBlock, 'latin1');
    outer.set(hash('sha256', inner, 'buffer'), hashBlock);
    return hash('sha256', outer, 'hex');
  };
}

let second = 0;
let secondText = '';

/** The time as `20260131T235959Z`, written out once a second. */
function timeOf(date: Date): string {
  const now = Math.floor(date.getTime() / 1000);
  if (now !== second) {
    second = now;
    secondText = date.toISOString().replace(/[-:]|\.\d{3}/g, '');
  }
  return secondText;
}

function canonicalHeaders(headers: Readonly<Record<string, string>>): { names: string; lines: string } {
  const names = Object.keys(headers).sort();
  let lines = '';
  for (const name of names) lines += `${name}:${canonicalValue(headers[name])}\n`;
  return { names: names.join(';'), lines };
}

function canonicalValue(value: string | undefined): string {
  const trimmed = (value ?? '').trim();
  return trimmed.includes('  ') ? trimmed.replace(/ +/g, ' ') : trimmed;
}

/** Escapes as RFC 3986 says: `encodeURIComponent` leaves five characters that S3 escapes. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
