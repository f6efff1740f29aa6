import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { NewString } from '../../app/page/schema.ts';
import { listReadUnitsPerSecond, mostRenewals } from '../../app/players/list.ts';
import { defaultLimit } from '../../app/schema.ts';
import {
  mostPageReadUnits,
  newTable,
  pageReadUnitsPerTask,
  partition,
  unitBytes,
} from '../../contract/capacity.ts';
import { sizeClasses } from '../../contract/ingest.ts';
import { root } from './documents.ts';

const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');
const count = (value: number) => value.toLocaleString('en-US');

/** The lines of the table, by their first column. */
const lines = Object.fromEntries(
  read('docs/scale.md')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')))
    .map(([part = '', ...cells]) => [part, cells.join(' | ')]),
);

/** The longest page: 4,096 characters of four bytes each, and names and values of its other attributes. */
const longestPage =
  4 * (NewString.properties.string as unknown as { maxLength: number }).maxLength +
  'idpagestringversionupdated_at'.length +
  '2026-01-01T00:00:00.000Z'.length +
  21;
const longestUnits = Math.ceil(longestPage / unitBytes.read);
/** Read units of an eventually consistent scan over users of a size. */
const scan = (users: number, bytes: number) => Math.ceil((users * bytes) / unitBytes.read) / 2;
const perTask = (tasks: number) => `${pageReadUnitsPerTask(tasks)} with ${tasks}`;

describe('the ceilings in docs/scale.md', () => {
  const promised: Record<string, (string | RegExp)[]> = {
    'page, tasks': [
      /^60 /,
      `< ${count(partition.readUnits)};`,
      `at most ${mostPageReadUnits}:`,
      `${perTask(6)} tasks, ${perTask(12)}, ${perTask(60)} `,
      `(${longestUnits} units) waits up to 2 × ${longestUnits} ÷ ${pageReadUnitsPerTask(60)} s at 60`,
    ],
    'page, writes': [
      new RegExp(
        `^${Math.floor(partition.writeUnits / 2 / Math.ceil(longestPage / unitBytes.write))}–${partition.writeUnits / 2} `,
      ),
      `1 to ${Math.ceil(longestPage / unitBytes.write)} KB`,
    ],
    'players, list, one page': [`${/max-age=(\d+)/.exec(read('app/players/routes.ts'))?.[1]} s`],
    'players, list, other pages': [
      new RegExp(`^${Math.floor(listReadUnitsPerSecond / scan(defaultLimit, 160))} pages`),
      `${listReadUnitsPerSecond} read units a second`,
      `${scan(defaultLimit, 160)} for ${defaultLimit} users, and ${scan(defaultLimit, 1.7 * 1024)} where`,
      `for ${mostRenewals} users of a page`,
      `At 24 tasks it is ${count(24 * listReadUnitsPerSecond)} of the ${count(newTable.readUnits)}`,
    ],
    'rates, all lanes': [`${count(partition.readUnits)} requests`],
    'rates, writes of one file': [`${count(newTable.writeUnits)} items`, `${count(partition.writeUnits)} a`],
    'streams, one viewer': [`${count(partition.writeUnits)} decisions`],
    'files a second, prod': [
      `\`ingest.maxVcpus\` ${/ingest\.maxVcpus: (\d+)/.exec(read('Pulumi.prod.yaml'))?.[1]} ÷ `,
      `÷ ${sizeClasses[0].vcpu === 0.25 ? '¼' : sizeClasses[0].vcpu} vCPU`,
      new RegExp(`^${(16 / sizeClasses[0].vcpu / 45).toFixed(1)} `),
    ],
  };
  for (const [part, parts] of Object.entries(promised)) {
    it(`are those of the code: ${part}`, () => {
      for (const expected of parts) {
        if (typeof expected === 'string') expect(lines[part]).to.include(expected);
        else expect(lines[part]).to.match(expected);
      }
    });
  }
});
