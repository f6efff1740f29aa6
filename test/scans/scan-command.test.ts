import { expect } from 'chai';
import { runScript } from '../support/run-script.ts';
import { apiKey } from '../support/service.ts';
import { type Harness, quickKinds, startHarness } from './harness.ts';

describe('npm run scan', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness({ kinds: quickKinds() });
  });
  after(() => harness.stop());

  async function scan(...options: string[]) {
    const url = await harness.app.listen({ port: 0 });
    return runScript(
      'local/commands/scan.ts',
      ['https://github.com/owner/name', '--url', url, '--state', harness.directory, ...options],
      { TRELLIS_API_KEY: apiKey },
    );
  }

  for (const [status, acts, expected] of [
    ['completed', {}, 0],
    ['partial', { secrets: 'refuse' }, 1],
    ['failed', { fetch: 'refuse' }, 1],
  ] as [string, Record<string, string>, number][]) {
    it(`ends with ${expected} when the scan is ${status}, and gives the scan as JSON`, async () => {
      await harness.restart({ kinds: quickKinds(acts) });
      const { output, errors, code } = await scan('--json');
      expect({ errors, code }).to.deep.equal({ errors: '', code: expected });
      const result = JSON.parse(output);
      expect(result.status).to.equal(status);
      expect(result.jobs.map(({ kind }: { kind: string }) => kind)).to.include('secrets');
      const { id, repository_url } = await harness.ended(result.id);
      expect(result).to.include({ id, repository_url });
    });
  }

  it('says what failed', async () => {
    await harness.restart({ kinds: quickKinds({ secrets: 'refuse' }) });
    const { output, code } = await scan();
    expect(code).to.equal(1);
    expect(output)
      .to.match(/secrets +failed .*this is refused/)
      .and.to.include('\npartial in ');
  });
});
