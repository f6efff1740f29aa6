import { setTimeout as sleep } from 'node:timers/promises';

/** Tries after which the last answer is given, also when it is a 503; each 503 asks to wait a second. */
const maxTries = 30;

/**
 * fetch, but a GET is sent again after a 503: the database is busy, or the service restarts. Other methods are not repeated,
 * since the service may have carried the request out although it answered 503.
 */
export async function ask(url: URL, request: RequestInit & { method: string }): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const answer = await fetch(url, request);
    if (answer.status !== 503 || request.method !== 'GET' || tries === maxTries) return answer;
    await answer.body?.cancel();
    await sleep(Number(answer.headers.get('retry-after')) * 1000);
  }
}
