import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { isUp, promiseOf as promiseOfReadme } from './promises.ts';
import type { Promised } from './walk.ts';

const says = (pattern: RegExp): Promised => ({ check: (output) => expect(output).to.match(pattern) });

/** What commands of the other documents must come to, by their beginning; of the rest, exit code 0 is enough. */
const promises: Readonly<Record<string, Promised>> = {
  'npm run schema': {
    check: (_, { clone }) =>
      expect(
        execFileSync('git', ['-C', clone, 'diff', '--stat', 'components/schema.json'], { encoding: 'utf8' }),
      ).to.equal(''),
  },
  'npm run plan -- --stack dev --config service.cpu=1024': says(/a month at rest: \d+\.\d\d → \d+\.\d\d USD/),
  'for part in': says(/^(200 .* bytes {2}.*db;dur=.*\n){2}200 .* \/videos$/m),
  'jq -cR \'fromjson? | select(.request_id == "slow-page-1")': says(
    /"route":"\/api\/v1\/players\/:username\/stats"/,
  ),
  "jq -rR 'fromjson? | select(.ms)": says(/^[\d.]+\t/m),
  'npx node --input-type=module': {
    goesOn: /^AWS_ENDPOINT_URL_DYNAMODB=.* npm start .*\n/m,
    beside: true,
    check: (output, newcomer) => newcomer.terminal().start(output.trim(), isUp),
  },
  "curl -s -o /dev/null -w '%header{server-timing}": {
    check: (output) => expect(Number(/db;dur=([\d.]+)/.exec(output)?.[1])).to.be.at.least(400),
  },
  'curl -s "$URL/readyz"; curl -s "$URL/livez"': says(/"status":503.*\{"status":"ok"\}/s),
  'curl -s "$URL/api/v1/ingests?limit=5"': says(/"file_name":"bad.csv","state":"rejected"/),
  'curl -s "$URL/api/v1/ingests/$ID" ': says(/"state": "rejected",/),
  'curl -s -X POST "$URL/api/v1/ingests/$ID/retry"': says(/"retries":1/),
  'npm run retract -- $ID --dry-run': says(/^its rows would be taken out of the rates$/m),
  'npm run upload -- .trellis/right/prices.csv': says(
    /^committed {2}500 rows read, .* in place of [0-9a-f-]{36}/m,
  ),
  'npm run retract -- --last --yes': says(/^retracted {2}its rows no longer count$/m),
  'curl -s "$URL/api/v1/scans?limit=3"': says(/"status":"completed".*"secrets succeeded"/),
  'npm run scan -- https://github.com/nobody-here/missing': {
    status: 1,
    check: (output) => expect(output).to.contain('the repository could not be fetched'),
  },
};

export function promiseOfDocuments(command: string): Promised {
  const found = Object.keys(promises).find((beginning) => command.startsWith(beginning));
  if (found) return promises[found] as Promised;
  return /^npm (start|run dev)\b/.test(command) ? promiseOfReadme(command) : {};
}
