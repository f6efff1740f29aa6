import { setTimeout as sleep } from 'node:timers/promises';

/** Answers of 503 in a row after which the system counts as away; each asks to wait a second. */
const maxTries = 30;

/**
 * fetch, but a GET is sent again where the answer says to come back later: the database is busy, or the service
 * restarts. Anything else may have been done although the answer is 503.
 */
export async function ask(url: URL, request: RequestInit & { method: string }): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(url, request);
    if (answer.status !== 503 || request.method !== 'GET' || attempt === maxTries) return answer;
    await answer.body?.cancel();
    await sleep(Number(answer.headers.get('retry-after')) * 1000);
  }
}
