import { type Announcement, announcements, githubHost } from '../../contract/announcements.ts';
import type { BusEvent } from '../aws/services.ts';

/** Milliseconds within which the receiver must answer. */
const limit = 5000;

/**
 * Announces the end of a scan. Slack's text is printed; when there is a URL, the bodies that Slack and GitHub would get in
 * the cloud are sent to it, one after the other.
 * @returns a function that throws when the receiver answers with an error, so that the state machine tries again.
 */
export function createAnnouncer(url: string | undefined, show: (line: string) => void) {
  return async ({ Detail }: BusEvent): Promise<void> => {
    const event = { detail: Detail };
    const { commit = 'unknown', host } = Detail;
    show(JSON.parse(render(announcements.slack, event)).text);
    const bodies = [{ destination: 'slack', body: render(announcements.slack, event) }];
    // GitHub gets the status of a known commit of its own repositories. Those of this machine are treated the same.
    if (commit !== 'unknown' && (host === githubHost || host === ''))
      bodies.push({ destination: 'github-status', body: render(announcements.githubStatus, event) });
    for (const { destination, body } of bodies) if (url) await post(url, destination, body);
  };
}

async function post(url: string, destination: string, body: string): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-trellis-destination': destination },
    body,
    signal: AbortSignal.timeout(limit),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
}

/** Renders an event by an input transformer, as EventBridge does. */
export function render({ paths, template }: Announcement, event: object): string {
  return template.replace(/<([a-z_]+)>/g, (_, name: string) =>
    JSON.stringify(valueAt(paths[name] ?? '', event)),
  );
}

function valueAt(path: string, event: unknown): unknown {
  return path
    .split('.')
    .slice(1)
    .reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], event);
}
