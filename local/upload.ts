import { parseArgs } from 'node:util';
import { ingestKinds } from '../contract/ingest.ts';
import { defaultStateDirectory, State } from './state.ts';
import { type Api, follow, type IngestStatus, uploadFile } from './upload-file.ts';

const help = `npm run upload -- <file>... --kind <kind> [options]   uploads files that are then ingested

  --kind <kind>    ${ingestKinds.join(', ')}
  --partial        commit the good rows although others are bad
  --watch          follow each file to its end; exit code 1 unless all are committed
  --url <url>      a system elsewhere; its API key is taken from TRELLIS_API_KEY (default: the local one)
  --state <dir>    state directory of the local system (default: ${defaultStateDirectory})
  --help

CSV (plain or gzip) or NDJSON. Columns of prices: orig_code, dest_code, day, price; of ports: code, name, parent_slug;
of regions: slug, name, parent_slug.`;

/** How many rejected rows are shown of each file. */
const shownRejects = 10;
const barWidth = 30;

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kind: { type: 'string' },
      partial: { type: 'boolean', default: false },
      watch: { type: 'boolean', default: false },
      url: { type: 'string' },
      state: { type: 'string', default: defaultStateDirectory },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(help);
  const { kind, partial } = values;
  if (positionals.length === 0) throw new Error(`which file?\n\n${help}`);
  if (!kind || !(ingestKinds as readonly string[]).includes(kind))
    throw new Error(`--kind must be one of ${ingestKinds.join(', ')}`);
  const api = findApi(values);

  for (const file of positionals) {
    const started = Date.now();
    const line = createLine();
    const progress = (sent: number, total: number) =>
      line.update(`${file}  ${bar(sent, total)}  ${megabytes(sent)} of ${megabytes(total)} MB`);
    const id = await uploadFile(api, file, { kind, partial, progress });
    line.end(`${file}  uploaded as ${id}`);
    if (values.watch) await watch(api, id, started);
  }
}

async function watch(api: Api, id: string, started: number): Promise<void> {
  const line = createLine();
  const end = await follow(api, id, ({ state, rows_read }) =>
    line.update(`${state}  ${rows_read} rows read`),
  );
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  line.end(`${outcome(end)}  (${seconds} s)`);
  if (end.rejects_url) await showRejects(end.rejects_url, end.rows_rejected);
  if (end.state !== 'committed') process.exitCode = 1;
}

function outcome({
  state,
  rows_read,
  rows_accepted,
  rows_rejected,
  reason,
  duplicate_of,
}: IngestStatus): string {
  const rows = `${rows_read} rows read, ${rows_accepted} accepted, ${rows_rejected} rejected`;
  const why = duplicate_of ? `the same content as ${duplicate_of}` : reason;
  return [state, rows, why].filter(Boolean).join('  ');
}

async function showRejects(url: string, total: number): Promise<void> {
  const answer = await fetch(url);
  if (!answer.ok) return;
  const rejects = (await answer.text()).trim().split('\n');
  for (const text of rejects.slice(0, shownRejects)) {
    const { line, column, code, value } = JSON.parse(text);
    console.log(
      `  line ${line}, ${column ?? 'row'}: ${code} ${value === undefined ? '' : JSON.stringify(value)}`,
    );
  }
  if (total > shownRejects) console.log(`  … all of them: ${url}`);
}

function findApi({ url: given, state: directory }: { url?: string | undefined; state: string }): Api {
  const state = new State(directory);
  const url = given ?? state.currentRun()?.url;
  if (!url) throw new Error('nothing runs here: start it with npm start, or name a system with --url');
  return { url, apiKey: state.apiKey() };
}

/** A line that is written over on a terminal; elsewhere only its last version is written. */
function createLine() {
  const { isTTY } = process.stdout;
  const clear = isTTY ? '\r\x1b[K' : '';
  return {
    update: (text: string) => void (isTTY && process.stdout.write(clear + text)),
    end: (text: string) => void process.stdout.write(`${clear}${text}\n`),
  };
}

function bar(part: number, whole: number): string {
  const full = whole === 0 ? barWidth : Math.round((part / whole) * barWidth);
  return '█'.repeat(full) + '░'.repeat(barWidth - full);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
