import { environment } from './environment.ts';
import { outcomeObject, resultObject, sourceObject } from './scans.ts';

/**
 * A kind of job. API, state machines, infrastructure and laptop all read this list, so that a new kind takes an entry
 * here and the program that its command names.
 */
export interface JobKind {
  /** Lower-case words joined by hyphens; also the name of its result. */
  readonly name: string;
  /** One sentence for callers of the API, who start jobs by kind. */
  readonly description: string;
  /** Its part in a scan, which runs the one `fetch`, then every `scanner`, then the one `summary`; none for other jobs. */
  readonly part?: (typeof jobParts)[number];
  /** The command in the image, run from its working directory. */
  readonly command: readonly string[];
  /** JSON Schema (draft 7) of the arguments: an object. */
  readonly arguments: ArgumentsSchema;
  /** A size that Fargate offers. */
  readonly vcpu: number;
  readonly memoryMiB: number;
  /** Seconds, 5 to 1800. A job that takes longer is killed and has failed. */
  readonly timeoutSeconds: number;
  /** Most times that Batch starts the job again after AWS has ended it, as a Spot interruption does. A job that exits by
   * itself is not started again. */
  readonly infrastructureRetries: number;
  readonly permissions: Permissions;
}

export interface ArgumentsSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, ArgumentSchema>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

export interface ArgumentSchema {
  readonly type: 'string' | 'integer' | 'boolean' | 'array';
  readonly description: string;
  /** Checks that no JSON Schema can express; the API and the job apply the same ones. */
  readonly 'x-check'?: 'repository-url' | 'git-ref' | 'scan';
  readonly [keyword: string]: unknown;
}

/** Everything that a job of this kind may use. In keys of the bucket, `*` stands for the id of one scan or job run. */
export interface Permissions {
  /** Keys that it may read. */
  readonly reads: readonly string[];
  /** Keys that it may write. */
  readonly writes: readonly string[];
  /** Environment variables that it gets, beside `JOB_…` and those with which the SDK reaches the bucket. */
  readonly variables?: readonly string[];
}

/** The parts that a job may have in a scan. */
export const jobParts = ['fetch', 'scanner', 'summary'] as const;

/** Limits of `JobKind.timeoutSeconds`. */
export const jobTimeout = { min: 5, max: 1800 } as const;

const scanId: ArgumentSchema = {
  type: 'string',
  description: 'The scan whose source is read',
  pattern: '^[A-Za-z0-9-]{1,64}$',
  'x-check': 'scan',
};

/** Scanners parse what strangers wrote. So Node refuses them to write files, to start programs and to load native code;
 * they write their findings to the bucket. */
const confined = ['node', '--permission', '--allow-fs-read=.', '--max-old-space-size=768'];

function outputs(name: string): string[] {
  return ['scans', 'jobs'].flatMap((prefix) =>
    [resultObject(name), outcomeObject(name)].map((object) => `${prefix}/*/${object}`),
  );
}

function scanner(name: string, description: string): JobKind {
  return {
    name,
    description,
    part: 'scanner',
    command: [...confined, `jobs/${name}/main.ts`],
    arguments: {
      type: 'object',
      properties: { scan_id: scanId },
      required: ['scan_id'],
      additionalProperties: false,
    },
    vcpu: 0.5,
    memoryMiB: 1024,
    timeoutSeconds: 600,
    infrastructureRetries: 2,
    permissions: { reads: [`scans/*/${sourceObject}`], writes: outputs(name) },
  };
}

const scanners: readonly JobKind[] = [
  scanner('secrets', 'Finds passwords, tokens and private keys'),
  scanner('duplicates', 'Finds code that stands in more than one place'),
  scanner('languages', 'Counts files and lines by language'),
  scanner('sbom', 'Lists the packages that lockfiles name (CycloneDX), and finds those nothing vouches for'),
];

export const jobKinds: readonly JobKind[] = [
  {
    name: 'fetch',
    description: 'Fetches one commit of a git repository, and refuses what is too large or unsafe to read',
    part: 'fetch',
    command: ['node', 'jobs/fetch/main.ts'],
    arguments: {
      type: 'object',
      properties: {
        repository_url: {
          type: 'string',
          description: 'https URL of a repository on one of the allowed hosts',
          minLength: 1,
          maxLength: 512,
          'x-check': 'repository-url',
        },
        ref: {
          type: 'string',
          description: 'Branch, tag or commit; HEAD unless set',
          minLength: 1,
          maxLength: 200,
          'x-check': 'git-ref',
        },
      },
      required: ['repository_url'],
      additionalProperties: false,
    },
    vcpu: 0.5,
    memoryMiB: 2048,
    timeoutSeconds: 300,
    infrastructureRetries: 2,
    permissions: {
      reads: [],
      writes: [`scans/*/${sourceObject}`, `jobs/*/${sourceObject}`, ...outputs('fetch')],
      variables: [environment.scanHosts, environment.scanFileUrls],
    },
  },
  ...scanners,
  {
    name: 'summary',
    description: 'Puts the findings of all scanners of a scan together, the most severe first',
    part: 'summary',
    command: [...confined, 'jobs/summary/main.ts'],
    arguments: {
      type: 'object',
      properties: {
        scan_id: scanId,
        jobs: {
          type: 'array',
          description: 'How each scanner ended; every one that left a result counts unless set',
          maxItems: 50,
          items: {
            type: 'object',
            properties: {
              kind: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,31}$' },
              status: { type: 'string', enum: ['succeeded', 'failed'] },
              reason: { type: 'string', maxLength: 1000 },
            },
            required: ['kind', 'status'],
            additionalProperties: false,
          },
        },
      },
      required: ['scan_id'],
      additionalProperties: false,
    },
    vcpu: 0.5,
    memoryMiB: 1024,
    timeoutSeconds: 300,
    infrastructureRetries: 2,
    permissions: {
      reads: scanners.map(({ name }) => `scans/*/${resultObject(name)}`),
      writes: outputs('summary'),
    },
  },
];
