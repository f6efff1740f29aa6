import { STATUS_CODES } from 'node:http';

/** One invalid part of a request: where it is (`body.name`, `query.limit`, `headers.if-match`) and what is wrong. */
export interface InvalidField {
  readonly field: string;
  readonly message: string;
}

/** RFC 9457 problem details; members beyond the standard's are in `extensions`. */
export class Problem extends Error {
  readonly status: number;
  readonly errors: readonly InvalidField[];
  readonly headers: Readonly<Record<string, string>>;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    detail: string,
    options: {
      errors?: readonly InvalidField[];
      headers?: Readonly<Record<string, string>>;
      extensions?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
    this.extensions = options.extensions ?? {};
  }

  toJSON(): Record<string, unknown> {
    return {
      type: 'about:blank',
      title: STATUS_CODES[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
      ...(this.errors.length > 0 ? { errors: this.errors } : {}),
      ...this.extensions,
    };
  }
}

export function invalid(field: string, message: string): Problem {
  return new Problem(400, `${field} ${message}`, { errors: [{ field, message }] });
}

export function notFound(what: string): Problem {
  return new Problem(404, `${what} does not exist`);
}

export const problemContentType = 'application/problem+json; charset=utf-8';
