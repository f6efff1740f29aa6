import { expect } from 'chai';
import { type LaptopScans, quickKinds, startScans } from '../../support/laptop-scans.ts';
import { runScript } from '../../support/run-script.ts';
import { apiKey } from '../../support/service.ts';
import { together } from '../../support/together.ts';

describe('npm run scan', function () {
  this.timeout(60_000);
  const waits = together(2);
  /** A test with a harness of its own, whose jobs do what is said. */
  const test = (title: string, acts: Record<string, string>, work: (harness: LaptopScans) => Promise<void>) =>
    waits(title, async () => {
      const harness = await startScans({ kinds: quickKinds(acts) });
      try {
        await work(harness);
      } finally {
        await harness.stop();
      }
    });

  async function scan(harness: LaptopScans, ...options: string[]) {
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
    test(
      `ends with ${expected} when the scan is ${status}, and gives the scan as JSON`,
      acts,
      async (harness) => {
        const { output, errors, code } = await scan(harness, '--json');
        expect({ errors, code }).to.deep.equal({ errors: '', code: expected });
        const result = JSON.parse(output);
        expect(result.status).to.equal(status);
        expect(result.jobs.map(({ kind }: { kind: string }) => kind)).to.include('secrets');
        const { id, repository_url } = await harness.ended(result.id);
        expect(result).to.include({ id, repository_url });
      },
    );
  }

  test('says what failed', { secrets: 'refuse' }, async (harness) => {
    const { output, code } = await scan(harness);
    expect(code).to.equal(1);
    expect(output)
      .to.match(/secrets +failed .*this is refused/)
      .and.to.include('\npartial in ');
  });
});
