import { ingestKinds } from '../../contract/ingest.ts';
import { exitCodes, Misuse, runCommand } from '../../scripts/command.ts';
import { type Api, apiHelp, apiOptions, findApi } from './api.ts';
import { follow, type IngestStatus, uploadFile } from './upload-file.ts';

/** The most rejected rows that are shown of each file. */
const shownRejects = 10;
const barWidth = 30;

/** A file in the output of `--json`. */
interface Uploaded {
  readonly file: string;
  /** With `--watch` the API's last answer about the ingest, otherwise its id only. */
  readonly ingest: IngestStatus | { readonly id: string };
}

await runCommand({
  name: 'npm run upload',
  help: `-- <file>... --kind <kind> [options]   uploads files that are then ingested

  --kind <kind>    ${ingestKinds.join(', ')}
  --partial        commit the good rows even if others are bad
  --replaces <id>  with one file of prices: its rows take the place of those of this committed file, in one step
  --complete       ports and regions that the file does not name are removed, unless prices use them
  --watch          follow each file until it is committed, rejected or failed
  --json           print [{file, ingest: {id, …}}] at the end; with --watch each ingest is the API's last answer
  ${apiHelp}
  --help

CSV (plain or gzip) or NDJSON. Columns of prices: orig_code, dest_code, day, price; of ports: code, name, parent_slug;
of regions: slug, name, parent_slug.
Exit codes: 0 uploaded, with --watch committed too; 1 a file was not uploaded, was rejected or failed; 2 called wrongly.`,
  options: {
    kind: { type: 'string' },
    partial: { type: 'boolean', default: false },
    replaces: { type: 'string' },
    complete: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    ...apiOptions,
  },
  positionals: true,
  run: async (values, files) => {
    const { kind, partial, replaces, complete, json } = values;
    if (files.length === 0) throw new Misuse('name at least one file');
    if (!kind || !(ingestKinds as readonly string[]).includes(kind))
      throw new Misuse(`--kind must be one of ${ingestKinds.join(', ')}`);
    if (replaces !== undefined && (kind !== 'prices' || files.length > 1))
      throw new Misuse('--replaces goes with one file of --kind prices');
    if (complete && kind === 'prices') throw new Misuse('--complete goes with --kind ports or regions');
    const api = findApi(values);
    const uploaded: Uploaded[] = [];
    try {
      for (const file of files) {
        const started = Date.now();
        const line = createLine(json);
        const progress = (sent: number, total: number) =>
          line.update(`${file}  ${bar(sent, total)}  ${megabytes(sent)} of ${megabytes(total)} MB`);
        const id = await uploadFile(api, file, { kind, partial, replaces, complete, progress });
        line.end(`${file}  uploaded as ${id}`);
        uploaded.push({ file, ingest: values.watch ? await watch(api, id, started, json) : { id } });
      }
    } finally {
      if (json) console.log(JSON.stringify(uploaded, null, 2));
    }
    const isDone = ({ ingest }: Uploaded) =>
      !('state' in ingest) || !['rejected', 'failed'].includes(ingest.state);
    return uploaded.every(isDone) ? exitCodes.done : exitCodes.failed;
  },
});

async function watch(api: Api, id: string, started: number, silent: boolean): Promise<IngestStatus> {
  const line = createLine(silent);
  const end = await follow(api, id, ({ state, rows_read }) =>
    line.update(`${state}  ${rows_read} rows read`),
  );
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  line.end(`${outcome(end)}  (${seconds} s)`);
  if (end.rejects_url && !silent) await showRejects(end.rejects_url, end.rows_rejected);
  return end;
}

function outcome({
  state,
  rows_read,
  rows_accepted,
  rows_rejected,
  reason,
  duplicate_of,
  replaces,
}: IngestStatus): string {
  const rows = `${rows_read} rows read, ${rows_accepted} accepted, ${rows_rejected} rejected`;
  const why = duplicate_of ? `the same content as ${duplicate_of}` : reason;
  const instead = state === 'committed' && replaces && !duplicate_of ? `in place of ${replaces}` : undefined;
  return [state, rows, instead, why].filter(Boolean).join('  ');
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

/** A line that is overwritten on a terminal. Elsewhere only its last text is printed. */
function createLine(silent: boolean) {
  if (silent) return { update: () => {}, end: () => {} };
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
