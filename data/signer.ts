import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

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

/**
 * AWS Signature Version 4, for what the service signs often: requests without a query string, as DynamoDB's protocol has
 * them, and URLs of S3. The signing key changes once a day, so it is kept: deriving it costs four of the six
 * HMACs. It is kept as a KeyObject: given a Buffer, Node throws and catches two errors a call to find out that it is not
 * one (seen: 30 µs).
 */
export class Signer {
  readonly #scope: SigningScope;
  #key: { secret: string; day: string; value: KeyObject } | undefined;

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
    return createHmac('sha256', this.#signingKey(secretAccessKey, time.slice(0, 8)))
      .update(`${algorithm}\n${time}\n${this.#scopeOf(time)}\n${digest}`)
      .digest('hex');
  }

  #credential({ accessKeyId }: Credentials, time: string): string {
    return `${accessKeyId}/${this.#scopeOf(time)}`;
  }

  #scopeOf(time: string): string {
    return `${time.slice(0, 8)}/${this.#scope.region}/${this.#scope.service}/aws4_request`;
  }

  #signingKey(secret: string, day: string): KeyObject {
    if (this.#key?.secret !== secret || this.#key.day !== day) {
      const value = [day, this.#scope.region, this.#scope.service, 'aws4_request'].reduce(
        (key, part) => createHmac('sha256', key).update(part).digest(),
        Buffer.from(`AWS4${secret}`),
      );
      this.#key = { secret, day, value: createSecretKey(value) };
    }
    return this.#key.value;
  }
}

function timeOf(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function canonicalHeaders(headers: Readonly<Record<string, string>>): { names: string; lines: string } {
  const names = Object.keys(headers).sort();
  return {
    names: names.join(';'),
    lines: names.map((name) => `${name}:${canonicalValue(headers[name])}\n`).join(''),
  };
}

function canonicalValue(value: string | undefined): string {
  return (value ?? '').trim().replace(/ +/g, ' ');
}

/** Escapes as RFC 3986 says: `encodeURIComponent` leaves five characters that S3 escapes. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
