import { environment } from '../../contract/environment.ts';
import { type RunningSite, type Site, startSite } from '../../local/running-site.ts';
import { findChromium } from '../../scripts/chromium.ts';
import { inWorker } from '../support/worker.ts';

/** Seconds; short, so that what a dead browser held is free soon. */
const lease = { [environment.streamLeaseSeconds]: '5', [environment.streamHeartbeatSeconds]: '1' };

let shared: Promise<RunningSite> | undefined;

// Outside of any suite: at the end of the run. In a run of several processes this hook comes at the end of a file, and other
// files of the site may follow in the same process, so the site ends with the process.
after(async () => {
  if (!inWorker) await (await shared)?.end();
});

/** A suite in the browser; where there is none, it says so and is skipped. */
export function describeSite(title: string, suite: (get: () => Site) => void): void {
  describe(title, function () {
    this.timeout(60_000);
    let started: Site;
    before(async function () {
      if (!findChromium()) {
        console.log(
          `      skipped: no Chromium in PATH or CHROMIUM (Debian: apt-get install chromium-headless-shell)`,
        );
        this.skip();
      }
      // For all suites of the site; started by whoever comes first.
      shared ??= startSite(lease);
      started = await shared;
    });
    suite(() => started);
  });
}
