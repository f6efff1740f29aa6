import type { Page } from 'playwright-core';
import { type RunningSite, startSite } from '../local/running-site.ts';
import { findChromium, openPage } from '../scripts/chromium.ts';
import { type PageMetrics, pageMetrics } from './site-trace.ts';

/** Milliseconds that one backend takes: as long as the slowest 5 % of the pages that this project replaces. */
const delay = 20_000;
const endpoints = ['', '/stats', '/videos'].map((part) => `/api/v1/players/ada${part}`);
const slowEndpoint = '/api/v1/players/ada/stats';
const rounds = 3;

/**
 * Measures the profile page with one backend that takes 20 s, beside the same content built as one request that waits for
 * all of it; then the page without a slow backend, by Chromium's own traces.
 */
export async function run(): Promise<void> {
  if (!findChromium()) {
    console.log('  skipped: no Chromium in PATH, and none named in CHROMIUM');
    return;
  }
  const site = await startSite();
  try {
    // The very first visit starts the browser's processes, so it is not counted. Every visit has an empty cache.
    await traced(site);
    const parts = await byParts(site);
    const blocking = await byOneRequest(site);
    console.log(`  ${slowEndpoint} takes ${delay / 1000} s`);
    console.log(
      `  parts by themselves   useful after ${seconds(parts.useful)}   complete after ${seconds(parts.complete)}`,
    );
    console.log(
      `  one blocking request  useful after ${seconds(blocking)}   complete after ${seconds(blocking)}`,
    );
    const all: PageMetrics[] = [];
    for (let round = 0; round < rounds; round++) all.push(await traced(site));
    const median = (name: keyof PageMetrics) =>
      all.map((metrics) => metrics[name]).sort((a, b) => a - b)[Math.floor(rounds / 2)] as number;
    console.log(
      `  every day             LCP ${median('lcp').toFixed(0)} ms   CLS ${median('cls').toFixed(3)}   TBT ${median('tbt').toFixed(0)} ms   (traces, median of ${rounds})`,
    );
  } finally {
    await site.end();
  }
}

/** Milliseconds from the navigation until name and videos are there (`useful`), and until all is there (`complete`). */
async function byParts({ browser, url }: RunningSite): Promise<{ useful: number; complete: number }> {
  const { page } = await openPage(browser, url);
  await page.route(
    ({ pathname }) => pathname === slowEndpoint,
    async (route) => {
      await new Promise((resolve) => setTimeout(resolve, delay));
      await route.continue();
    },
  );
  const start = performance.now();
  await page.goto('/players/ada', { waitUntil: 'commit' });
  await Promise.all([
    page.locator('h1 >> text=Ada Bright').waitFor(),
    page.locator('.video').nth(2).waitFor(),
  ]);
  const useful = performance.now() - start;
  await page.locator('.seasons td').first().waitFor();
  const complete = performance.now() - start;
  await page.context().close();
  return { useful, complete };
}

/** Milliseconds for the same content, rendered when the last of its parts has arrived. */
async function byOneRequest({ browser, url }: RunningSite): Promise<number> {
  const { page } = await openPage(browser, url);
  await page.route('**/blocking/ada', async (route) => {
    const answers = await Promise.all(
      endpoints.map(async (endpoint) => {
        if (endpoint === slowEndpoint) await new Promise((resolve) => setTimeout(resolve, delay));
        return (await fetch(url + endpoint)).json();
      }),
    );
    const [identity] = answers as [{ name: string }];
    const body = `<!doctype html><h1>${identity.name}</h1><pre>${JSON.stringify(answers.slice(1))}</pre>`;
    await route.fulfill({ contentType: 'text/html', body });
  });
  const start = performance.now();
  await page.goto('/blocking/ada', { waitUntil: 'commit', timeout: 0 });
  await page.locator('h1 >> text=Ada Bright').waitFor();
  const useful = performance.now() - start;
  await page.context().close();
  return useful;
}

/** One visit with an empty cache. */
async function traced({ browser, url }: RunningSite): Promise<PageMetrics> {
  const { page } = await openPage(browser, url);
  await browser.startTracing(page, {
    categories: ['loading', 'toplevel', 'devtools.timeline', 'blink.user_timing'],
  });
  await page.goto('/players/ada');
  await page.locator('.seasons td').first().waitFor();
  await page.locator('.video img').first().waitFor();
  await settled(page);
  const trace = await browser.stopTracing();
  await page.context().close();
  return pageMetrics(trace);
}

async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`.padStart(8);
}
