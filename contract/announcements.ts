/**
 * How other systems are notified of the end of a scan: input transformers as EventBridge has them. The laptop reads them
 * too, so that both send the same. A `<name>` without quotes stands for the JSON of the value at the path.
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

/** Parts of the event that fill the path of GitHub's URL, in order. Only events of repositories on `githubHost` are sent. */
export const githubPath = ['$.detail.owner', '$.detail.name', '$.detail.commit'] as const;
export const githubHost = 'github.com';
