import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { runCommand } from '../../scripts/command.ts';

const large = { width: 1280, height: 860 };
const small = { width: 390, height: 844 };
const player = '/players/ada';

const pictures = [
  { name: 'home', path: '/', viewport: large, colorScheme: 'light', settled: '.latest .rows li' },
  { name: 'home-dark', path: '/', viewport: large, colorScheme: 'dark', settled: '.latest .rows li' },
  { name: 'player', path: player, viewport: large, colorScheme: 'light', settled: '.video img' },
  { name: 'player-small-dark', path: player, viewport: small, colorScheme: 'dark', settled: '.video img' },
  {
    name: 'player-slow',
    path: player,
    viewport: large,
    colorScheme: 'light',
    settled: '.part-message',
    slow: true,
  },
  { name: 'ops', path: '/ops', viewport: large, colorScheme: 'light', settled: '.vitals li' },
  { name: 'ops-dark', path: '/ops', viewport: large, colorScheme: 'dark', settled: '.vitals li' },
] as const;

/** Changes of prod: one that goes, and one that is refused. */
const changes = {
  'plan-certificate': [
    'service.certificateArn=arn:aws:acm:us-east-1:123456789012:certificate/x',
    'service.domainName=api.example.com',
  ],
  plan: ['service.exposure=public-load-balancer'],
};

await runCommand({
  name: 'npm run screenshots',
  help: `-- [options]   takes the pictures of the site and of a plan for the documentation; needs Chromium

  --out <dir>   where to (default: docs/screenshots)
  --help

Exit codes: 0 taken, 1 not all of them, 2 called wrongly.`,
  options: { out: { type: 'string', default: fileURLToPath(new URL('.', import.meta.url)) } },
  run: async ({ out }) => {
    await take(out);
  },
});

async function take(out: string): Promise<void> {
  const [{ openPage }, { startSite }] = await Promise.all([
    import('../../scripts/chromium.ts'),
    import('../../local/running-site.ts'),
  ]);
  mkdirSync(out, { recursive: true });
  const site = await startSite();
  try {
    await site.call('POST', '/api/v1/stream', {
      stream_id: 'shown',
      video_name: 'Volley from the edge of the box',
    });
    await use(player, 3);
    for (const { name, path, viewport, colorScheme, settled, ...more } of pictures) {
      const { page } = await openPage(site.browser, site.url, { viewport, colorScheme });
      await page.addInitScript((key) => sessionStorage.setItem('trellis-api-key', key), site.apiKey);
      if ('slow' in more)
        await page.route(
          (url) => url.pathname === `/api/v1${player}/stats`,
          () => new Promise(() => {}),
        );
      await page.goto(path);
      await page.locator(settled).first().waitFor();
      await complete(page);
      await page.screenshot({ path: `${out}/${name}.png`, fullPage: true });
      console.log(`${name}.png`);
      await page.context().close();
    }
    await takePlan(site.browser, out);
  } finally {
    await site.end();
  }

  /** Visits, so that the console has something to show. */
  async function use(path: string, times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      const { page } = await openPage(site.browser, site.url);
      await page.goto(path);
      await page.locator('.video img').first().waitFor();
      await complete(page);
      await page.close();
      await page.context().close();
    }
  }
}

/** The pages of `npm run plan -- --html`. */
async function takePlan(browser: Browser, out: string): Promise<void> {
  const [{ foresee }, { toPage }] = await Promise.all([
    import('../../stacks/changes/foresee.ts'),
    import('../../stacks/page/page.ts'),
  ]);
  for (const [what, settings] of Object.entries(changes)) {
    const foreseen = await foresee('prod', settings);
    const html = await toPage(foreseen.plan, foreseen);
    for (const [name, colorScheme] of [
      [what, 'light'],
      [`${what}-dark`, 'dark'],
    ] as const) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 1560 }, colorScheme });
      await page.setContent(html);
      await page.screenshot({ path: `${out}/${name}.png` });
      console.log(`${name}.png`);
      await page.close();
    }
  }
}

/** Until the images in sight are there. */
async function complete(page: Page): Promise<void> {
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
}
