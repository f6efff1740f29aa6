import { mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { startService } from '../../local/service.ts';
import { together } from '../support/together.ts';
import { until } from '../support/until.ts';

const server = fileURLToPath(new URL('../../app/server.ts', import.meta.url));

describe('the service of the laptop', function () {
  this.timeout(60_000);
  const directory = mkdtempSync(join(tmpdir(), 'trellis-service-'));
  after(() => rmSync(directory, { recursive: true }));
  const test = together();

  /** Without its settings it ends at once, each time. */
  function startWithoutSettings(watch: boolean) {
    const shown: string[] = [];
    const show = (line: string) => void shown.push(line);
    const logFile = join(directory, `service-${watch}.log`);
    const service = startService({ environment: {}, logFile, watch, show });
    return {
      service,
      logFile,
      saying: (text: string) => shown.filter((line) => line.includes(text)).length,
    };
  }

  test('is not started again after four crashes in a row; the reason has its last lines and names its log', async () => {
    const { service, logFile, saying } = startWithoutSettings(false);
    const reason = await service.givenUp.catch((error: Error) => error.message);
    await service.stop();
    expect(reason).to.match(/^the service ended 4 times in a row \(exit code 1\) and is not started again/);
    expect(reason).to.include('TRELLIS_API_KEY is required').and.to.include(logFile);
    expect(saying('is started again;')).to.equal(3);
    expect(readFileSync(logFile, 'utf8').match(/TRELLIS_API_KEY is required/g)).to.have.length(4);
  });

  test('waits for a change of its sources after a crash, when it restarts upon these', async () => {
    const { service, saying } = startWithoutSettings(true);
    for (const crashes of [1, 2, 3]) {
      await until(() => saying('it is started again when a source file changes') === crashes);
      // Its time changes, and nothing of what is in it.
      utimesSync(server, new Date(), new Date());
      await until(() => saying('a source file has changed') === crashes);
    }
    await service.stop();
  });
});
