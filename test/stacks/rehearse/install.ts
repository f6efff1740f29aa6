import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Called, Script } from './script.ts';

/** A command `pulumi` that needs nothing else on the PATH. */
export function install(directory: string, answers: Script): void {
  const cli = join(import.meta.dirname, 'cli.mjs');
  writeFileSync(join(directory, 'script.json'), JSON.stringify(answers));
  const file = join(directory, 'pulumi');
  writeFileSync(file, `#!/bin/sh\nFAKE_PULUMI='${directory}' exec '${process.execPath}' '${cli}' "$@"\n`);
  chmodSync(file, 0o755);
}

/** How it has been called so far. */
export function callsIn(directory: string): Called[] {
  const file = join(directory, 'calls.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
