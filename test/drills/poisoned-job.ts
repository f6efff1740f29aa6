// The real job, but a file whose name says poison kills it until the fix is there: what a bug of ours would do.
import { existsSync } from 'node:fs';
import { basename } from 'node:path/posix';
import { ingestVariables } from '../../contract/ingest.ts';

const isPoison = basename(process.env[ingestVariables.key] ?? '').includes('poison');
if (isPoison && !existsSync(process.env.FIXED ?? '')) process.exit(1);
await import('../../jobs/ingest/main.ts');
