import { expect } from 'chai';
import type { Promised } from './walk.ts';

/** The last that `npm start` writes before it waits. */
export const isUp = /Trellis is up\..*deletes it\./s;

/** What each command of the README must come to, by its beginning. */
const promises: Readonly<Record<string, Promised>> = {
  'npm start': { goesOn: isUp, check: printsWhatToTry },
  'npm run dev': { goesOn: isUp, check: printsWhatToTry },
  'npm run seed': {
    check: (output) => {
      for (const loaded of [
        'saved string',
        'user  ',
        'stats  ',
        'video  ',
        'regions  ',
        'ports  ',
        'prices  ',
      ])
        expect(output).to.contain(`\n${loaded}`);
    },
  },
  'export KEY=': { check: (output) => expect(output).to.equal('') },

  'curl localhost:8080/page': {
    check: (output) => expect(output).to.match(/<h1>The saved string is dynamic string[^<]*<\/h1>/),
  },
  'curl -X PUT localhost:8080/api/v1/page': {
    check: (output) => expect(JSON.parse(output)).to.include({ string: 'new string', version: 2 }),
  },
  'curl localhost:8080/api/v1/users/ada': {
    check: (output) => {
      expect(JSON.parse(output)).to.include({ username: 'ada', name: 'Ada Bright' });
      expect(JSON.parse(output)).to.have.nested.property('properties.team', 'North');
    },
  },
  'curl -X PUT localhost:8080/api/v1/users/ada/properties/shirt': {
    check: (output) => expect(JSON.parse(output)).to.deep.equal({ size: 'M' }),
  },

  'for i in 1 2 3 4; do curl -X POST localhost:8080/api/v1/stream': {
    check: (output) => {
      const answers = output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(answers.map(({ active, limit }) => [active, limit])).to.deep.equal([
        [1, 3],
        [2, 3],
        [3, 3],
        [3, 3],
      ]);
      expect(answers.map(({ stream_id }) => stream_id !== undefined)).to.deep.equal([
        true,
        true,
        true,
        false,
      ]);
      expect(answers[3]).to.include({ status: 409, title: 'Conflict' });
    },
  },
  'curl localhost:8080/api/v1/streams': {
    check: (output) => {
      const { active, limit, items } = JSON.parse(output);
      expect([active, limit, items.length]).to.deep.equal([3, 3, 3]);
    },
  },

  'npm run sample': {
    check: (output) => {
      for (const file of ['regions.csv', 'ports.csv', 'prices.csv'])
        expect(output).to.match(new RegExp(`^\\.trellis/sample/${file}  [\\d,]+ bytes$`, 'm'));
    },
  },
  'npm run upload -- .trellis/sample/regions.csv': { check: committed(20) },
  'npm run upload -- .trellis/sample/ports.csv': { check: committed(140) },
  'npm run upload -- .trellis/sample/prices.csv': { check: committed(50_000) },
  "curl 'localhost:8080/rates": {
    check: (output) => {
      const { rates } = JSON.parse(output) as { rates: { day: string; price: number; count: number }[] };
      const january = Array.from({ length: 31 }, (_, day) => `2021-01-${String(31 - day).padStart(2, '0')}`);
      expect(rates.map(({ day }) => day)).to.deep.equal(january);
      for (const { day, price, count } of rates) {
        expect(price, day).to.be.within(500, 10_000);
        expect(count, day).to.be.at.least(3);
      }
    },
  },

  'npm run retract': {
    check: (output) => {
      expect(output).to.match(
        /^[0-9a-f-]{36} {2}prices\.csv, 50000 rows of prices, uploaded .*, committed$/m,
      );
      expect(output).to.contain('\nretracted  its rows no longer count');
    },
  },

  'npm run scan': {
    check: (output) => {
      for (const kind of ['fetch', 'secrets', 'duplicates', 'languages', 'sbom', 'summary'])
        expect(output).to.match(new RegExp(`^  ${kind} +succeeded`, 'm'));
      expect(output).to.match(/^completed in .*, commit [0-9a-f]{12}$/m);
      expect(output).to.match(/^lines: .*typescript \d{4,}/m);
      expect(output).to.match(/^packages: \d{3,}$/m);
      expect(output).to.match(/^ {2}high +\S+:\d+ {2}\S+: .*\*{4}$/m);
    },
  },

  'npm run task': {
    check: (output) => expect(output).to.match(/^succeeded {3}\S+Z by hand, ended \S+Z$/m),
  },

  'npm run plan -- --stack dev --config network.egress=nat --changes': {
    check: (output) => {
      expect(output).to.match(/^stack dev: .* to create, .*; no conflict$/m);
      expect(output).to.match(/^a month at rest: \d+\.\d\d → \d+\.\d\d USD$/m);
    },
  },

  'npm run plan': {
    check: (output) => {
      expect(output).to.match(/^stack dev: \d{3} resources$/m);
      expect(output).to.match(/^ +\d+\.\d\d {2}together$/m);
      expect(output).to.match(/^policy: \d+ rules \(baseline\), broken 0 times/m);
    },
  },
};

/** @throws Error about a command of which nothing is promised yet */
export function promiseOf(command: string): Promised {
  const beginnings = Object.keys(promises).filter((beginning) => command.startsWith(beginning));
  const longest = beginnings.sort((a, b) => b.length - a.length)[0];
  const found = longest === undefined ? undefined : promises[longest];
  if (!found) throw new Error(`say in test/docs/promises.ts what this command promises: ${command}`);
  return found;
}

function printsWhatToTry(output: string): void {
  for (const path of ['/', '/page', '/api/docs'])
    expect(output).to.match(new RegExp(`^ .*http://localhost:\\d+${path}$`, 'm'));
  expect(output).to.match(/^ {2}API key {3}[0-9a-f]{48}$/m);
  expect(output).to.match(/^Try:\n\n {2}curl /m);
}

function committed(rows: number): (output: string) => void {
  return (output) =>
    expect(output).to.contain(`\ncommitted  ${rows} rows read, ${rows} accepted, 0 rejected`);
}
