/** The answer to the request that creates an upload: the URLs to which the file's bytes are sent. */
export interface Upload {
  readonly ingest_id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expires_at: string;
  readonly upload_url?: string;
  readonly part_size?: number;
  readonly part_urls?: readonly string[];
  readonly complete_url?: string;
}

/** The answer to a request for new URLs: of parts, or of a file in one piece. */
export interface Renewed {
  readonly expires_at: string;
  readonly upload_url?: string;
  readonly parts?: readonly { readonly upload_url: string }[];
}

/** The result of one PUT. */
export interface Sent {
  /** 0 when the bucket could not be reached. */
  readonly status: number;
  readonly etag: string;
  /** A message for people; empty when the PUT has succeeded. */
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

/** Parts that are sent concurrently: enough to fill a connection, few enough to lose little when it breaks. */
const atOnce = 4;
/** The most times that a part is sent. */
const maxTries = 4;

/**
 * Sends a file to the bucket, in parts when the API says so, for pages and programs. A part that fails is sent again. It
 * gets a new URL first when the old one has expired by this machine's clock, when the bucket has answered 403 (as it does
 * after the expiry), and when its answer could not be read. Other refusals (4xx, except 429) are final.
 * @returns the body of the request that completes an upload in parts
 * @throws Error with the fault of a part that could not be sent
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
    for (let tries = 1; ; tries++) {
      const { status, etag, fault } = await once().catch((error: Error) => {
        if (signal?.aborted) throw error;
        return { status: 0, etag: '', fault: error.message };
      });
      if (status >= 200 && status < 300) return etag;
      if (status === 403 || status === 0) expires = 0;
      const isFinal = status >= 400 && status < 500 && status !== 403 && status !== 429;
      if (isFinal || tries === maxTries) throw new Error(fault);
      await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** tries * Math.random()));
    }
  }

  async function work(): Promise<void> {
    for (const [index, url] of entries)
      parts[index] = { part_number: index + 1, etag: await send(url, index) };
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return { parts };
}
