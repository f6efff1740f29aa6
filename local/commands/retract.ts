import { createInterface } from 'node:readline/promises';
import { exitCodes, Misuse, runCommand } from '../../scripts/command.ts';
import { type Api, apiHelp, apiOptions, findApi } from './api.ts';
import { call, follow, type IngestStatus } from './upload-file.ts';

await runCommand({
  name: 'npm run retract',
  help: `-- <id> [options]   takes the rows of a committed file of prices out of the rates

  --last           the file of prices that was uploaded last and counts, in place of an id
  --dry-run        say what would be done, and do nothing
  --yes            do not ask before
  --json           print only the file, as the API answers it last
  ${apiHelp}
  --help

npm run upload prints the id of each file; npm run upload -- <file> --kind prices --replaces <id> corrects a file instead.
Exit codes: 0 retracted, or would be; 1 not retracted, or not wanted; 2 called wrongly.`,
  options: {
    last: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    ...apiOptions,
  },
  positionals: true,
  run: async (values, ids) => {
    const { last, yes, json } = values;
    if (last ? ids.length > 0 : ids.length !== 1) throw new Misuse('name one file by its id, or use --last');
    const api = findApi(values);
    const file = last ? await lastCommitted(api) : await read(api, ids[0] as string);
    const show = json ? () => {} : console.log;
    show(describe(file));
    if (values['dry-run']) {
      if (json) console.log(JSON.stringify(file, null, 2));
      const isLive = file.state === 'committed' && file.kind === 'prices' && !file.duplicate_of;
      show(
        isLive
          ? 'its rows would be taken out of the rates'
          : 'none of its rows count, so nothing would be done',
      );
      return isLive ? exitCodes.done : exitCodes.failed;
    }
    if (!yes && !(await isWanted())) {
      show('nothing was done');
      return exitCodes.failed;
    }
    await call(api, 'DELETE', pathOf(file.id));
    const end = await follow(api, file.id, () => {}, ['retracting']);
    if (json) console.log(JSON.stringify(end, null, 2));
    show([end.state, end.state === 'retracted' ? 'its rows no longer count' : end.reason].join('  '));
    return end.state === 'retracted' ? exitCodes.done : exitCodes.failed;
  },
});

function pathOf(id: string): string {
  return `/api/v1/ingests/${encodeURIComponent(id)}`;
}

async function read(api: Api, id: string): Promise<IngestStatus> {
  return (await call(api, 'GET', pathOf(id))) as IngestStatus;
}

/** @throws Error when no file of prices counts */
async function lastCommitted(api: Api): Promise<IngestStatus> {
  for (let cursor = ''; ; ) {
    const page = (await call(api, 'GET', `/api/v1/ingests?state=committed&limit=100${cursor}`)) as {
      items: IngestStatus[];
      next_cursor: string | null;
    };
    const found = page.items.find(({ kind, duplicate_of }) => kind === 'prices' && !duplicate_of);
    if (found) return found;
    if (page.next_cursor === null) throw new Error('there is no committed file of prices');
    cursor = `&cursor=${page.next_cursor}`;
  }
}

function describe({ id, file_name, kind, rows_accepted, created_at, state }: IngestStatus): string {
  return `${id}  ${file_name}, ${rows_accepted} rows of ${kind}, uploaded ${created_at}, ${state}`;
}

/** @throws Misuse where there is no terminal */
async function isWanted(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Misuse('there is no terminal to ask on: add --yes, or --dry-run');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question('Take its rows out of the rates? [y/N] ')).trim());
  } finally {
    terminal.close();
  }
}
