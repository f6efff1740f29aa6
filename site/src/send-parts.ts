/** Answer to the announcement of a file: where it is to be sent. */
export interface Upload {
  readonly ingest_id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expires_at: string;
  readonly upload_url?: string;
  readonly part_size?: number;
  readonly part_urls?: readonly string[];
  readonly complete_url?: string;
}

/** Answer to a request for the new URL of a part, or of a file in one piece. */
export interface Renewed {
  readonly expires_at: string;
  readonly upload_url?: string;
  readonly parts?: readonly { readonly upload_url: string }[];
}

/** What came of one PUT. */
export interface Sent {
  /** 0 when the bucket could not be reached. */
  readonly status: number;
  readonly etag: string;
  /** What is wrong, for people. */
  readonly fault: string;
}

export interface Transport {
  /** @param index of the part, from 0 */
  put(url: string, part: Blob, index: number): Promise<Sent>;
  /** Asks the API for new URLs. */
  renew(body: { readonly parts?: readonly number[] }): Promise<Renewed>;
  /** Ends the upload early. */
  readonly signal?: AbortSignal;
}

/** Parts that are sent at once: enough to fill a connection, few enough to lose little when it breaks. */
const atOnce = 4;
/** Times that a part is sent, at most. */
const maxTries = 4;

/**
 * Sends a file to the bucket, in parts when the API says so; pages and programs use it. A part is sent again when that
 * failed. A new URL is asked for when the old one has expired by this machine's clock, when the bucket answers 403 (as it
 * does after the expiry), and when its answer cannot be read. A part that the bucket refuses for another reason is not
 * sent again.
 * @returns what completes an upload in parts
 */
export async function sendParts(upload: Upload, file: Blob, { put, renew, signal }: Transport) {
  const { upload_url, part_urls = [], part_size = file.size } = upload;
  const urls = upload_url === undefined ? part_urls : [upload_url];
  const entries = urls.entries();
  const parts: { part_number: number; etag: string }[] = [];

  async function send(first: string, index: number): Promise<string> {
    const part = file.slice(index * part_size, (index + 1) * part_size);
    let url = first;
    let expires = Date.parse(upload.expires_at);
    async function once(): Promise<Sent> {
      if (expires <= Date.now()) {
        const answer = await renew(upload_url === undefined ? { parts: [index + 1] } : {});
        url = answer.upload_url ?? answer.parts?.[0]?.upload_url ?? '';
        expires = Date.parse(answer.expires_at);
      }
      return put(url, part, index);
    }
    for (let attempt = 1; ; attempt++) {
      const { status, etag, fault } = await once().catch((error: Error) => {
        if (signal?.aborted) throw error;
        return { status: 0, etag: '', fault: error.message };
      });
      if (status >= 200 && status < 300) return etag;
      if (status === 403 || status === 0) expires = 0;
      const isFinal = status >= 400 && status < 500 && status !== 403 && status !== 429;
      if (isFinal || attempt === maxTries) throw new Error(fault);
      await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** attempt * Math.random()));
    }
  }

  async function work(): Promise<void> {
    for (const [index, url] of entries)
      parts[index] = { part_number: index + 1, etag: await send(url, index) };
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return { parts };
}
