/**
 * How the end of a scan is told to other systems: EventBridge's input transformers, of which the laptop has its own
 * reading, so that both send the same. A `<name>` without quotes stands for the JSON of what the path leads to.
 */
export interface Announcement {
  readonly paths: Readonly<Record<string, string>>;
  readonly template: string;
}

export const announcements = {
  /** The body that a Slack webhook takes. */
  slack: {
    paths: { message: '$.detail.message' },
    template: '{"text": <message>}',
  },
  /** The body of GitHub's `POST /repos/{owner}/{name}/statuses/{commit}`. */
  githubStatus: {
    paths: { state: '$.detail.state', description: '$.detail.description' },
    template: '{"state": <state>, "description": <description>, "context": "trellis/scan"}',
  },
} as const satisfies Record<string, Announcement>;

/** What of the event fills the path of GitHub's URL, in order; only events of this host are sent there. */
export const githubPath = ['$.detail.owner', '$.detail.name', '$.detail.commit'] as const;
export const githubHost = 'github.com';
