import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** There is no `pulumi` on the PATH. */
export class NoPulumi extends Error {
  constructor() {
    super(
      'there is no Pulumi CLI on the PATH, and a rehearsal is with the real engine: https://www.pulumi.com/docs/install/',
    );
  }
}

/** What `pulumi … --json` says of an operation that changes something, a line for each event. */
export interface EngineEvent {
  resOutputsEvent?: { metadata: StepMetadata };
  resOpFailedEvent?: { metadata: StepMetadata };
  diagnosticEvent?: { urn?: string; message: string; severity: string };
  summaryEvent?: { resourceChanges: Record<string, number>; durationSeconds: number };
}

interface StepMetadata {
  op: string;
  urn: string;
  type: string;
}

/** What `pulumi preview --json` says. */
export interface Preview {
  steps?: {
    op: string;
    urn: string;
    detailedDiff?: Record<string, { kind: string }> | null;
    diffReasons?: string[];
  }[];
  changeSummary?: Record<string, number>;
  diagnostics?: { message: string; severity: string }[];
}

export interface Pulumi {
  /** Runs a command to its end. @returns what it wrote, and its exit code */
  run(args: readonly string[], line?: (line: string) => void): Promise<{ code: number; output: string }>;
  /** Interrupts the command that runs, and refuses those after it. */
  interrupt(): void;
}

/** The user's own CLI, in a directory and an environment. @throws NoPulumi */
export function pulumiIn(directory: string, env: NodeJS.ProcessEnv): Pulumi {
  let running: ChildProcess | undefined;
  let isInterrupted = false;
  return {
    interrupt: () => {
      isInterrupted = true;
      running?.kill('SIGINT');
    },
    run: async (args, line = () => undefined) => {
      if (isInterrupted) return { code: 1, output: 'interrupted' };
      const child = spawn('pulumi', [...args, '--non-interactive'], {
        cwd: directory,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        // In a group of its own, so that Ctrl-C reaches it once, from here: a second one makes it give up half-way.
        detached: true,
      });
      running = child;
      const written: string[] = [];
      createInterface({ input: child.stdout }).on('line', (text) => {
        written.push(text);
        line(text);
      });
      let errors = '';
      child.stderr.setEncoding('utf8').on('data', (text) => {
        errors = (errors + text).slice(-10_000);
      });
      const code = await new Promise<number>((resolve, reject) => {
        child.once('error', (error: NodeJS.ErrnoException) =>
          reject(error.code === 'ENOENT' ? new NoPulumi() : error),
        );
        child.once('close', (status) => resolve(status ?? 1));
      });
      return { code, output: code === 0 || written.length > 0 ? written.join('\n') : errors.trim() };
    },
  };
}

/** A line of `--json`; undefined for one that is none, such as a plugin's. */
export function eventOf(line: string): EngineEvent | undefined {
  try {
    const event = JSON.parse(line);
    return typeof event === 'object' && event !== null ? event : undefined;
  } catch {
    return undefined;
  }
}
