import { expect } from 'chai';
import type { Page, Route } from 'playwright-core';
import { openPage } from '../../../../scripts/chromium.ts';
import { together } from '../../../support/together.ts';
import { describeSite } from '../../describe-site.ts';

/** The parts of a profile and the endpoints that they load from. */
const parts = [
  { part: 'profile', endpoint: '/api/v1/players/ada', shows: 'h1 >> text=Ada Bright' },
  { part: 'stats', endpoint: '/api/v1/players/ada/stats', shows: 'td >> text=2,604' },
  { part: 'videos', endpoint: '/api/v1/players/ada/videos', shows: 'h3 >> text=Free kick over the wall' },
  { part: 'players', endpoint: '/api/v1/players', shows: 'a >> text=Ben Okoro' },
] as const;
const maxShift = 0.05;

describeSite('a profile page', (get) => {
  const test = together(3);

  async function open(width: number): Promise<Page> {
    const { page } = await openPage(get().browser, get().url, { viewport: { width, height: 800 } });
    await page.addInitScript(() => {
      const shifts = { sum: 0 };
      Object.assign(globalThis, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.sum += (entry as unknown as { value: number }).value;
      }).observe({ type: 'layout-shift' as 'resource', buffered: true });
    });
    return page;
  }
  const shiftOf = (page: Page) =>
    page.evaluate(() => (globalThis as unknown as { shifts: { sum: number } }).shifts.sum);
  const stateOf = (page: Page, part: string) =>
    page.locator(`[data-part=${part}]`).getAttribute('data-state');
  const intercept = (page: Page, endpoint: string, handle: (route: Route) => unknown) =>
    page.route((url) => url.pathname === endpoint, handle);

  for (const slow of parts) {
    for (const width of [1280, 360]) {
      test(`shows the rest while its ${slow.part} is slow, and moves nothing when it comes (${width} px)`, async () => {
        const page = await open(width);
        const gate = Promise.withResolvers<void>();
        await intercept(page, slow.endpoint, async (route) => {
          await gate.promise;
          await route.continue();
        });
        await page.goto('/players/ada');
        for (const { part, shows } of parts.filter((each) => each !== slow)) {
          await page.locator(`[data-part=${part}] ${shows}`).waitFor();
        }
        expect(await stateOf(page, slow.part)).to.equal('loading');
        expect(await page.locator(`[data-part=${slow.part}] .placeholder`).isVisible()).to.equal(true);
        gate.resolve();
        await page.locator(`[data-part=${slow.part}] ${slow.shows}`).waitFor();
        expect(await shiftOf(page)).to.be.below(maxShift);
        await page.context().close();
      });
    }

    test(`works without its ${slow.part}, and Retry brings it`, async () => {
      const page = await open(1280);
      await intercept(page, slow.endpoint, (route) =>
        route.fulfill({
          status: 503,
          contentType: 'application/problem+json',
          body: '{"status":503,"detail":"the database does not answer"}',
        }),
      );
      await page.goto('/players/ada');
      const failed = page.locator(`[data-part=${slow.part}][data-state=failed]`);
      await failed.getByText('The database does not answer.').waitFor();
      for (const { part, shows } of parts.filter((each) => each !== slow)) {
        await page.locator(`[data-part=${part}] ${shows}`).waitFor();
      }
      await page.unrouteAll();
      await failed.getByRole('button', { name: 'Retry' }).click();
      await page.locator(`[data-part=${slow.part}] ${slow.shows}`).waitFor();
      expect(await shiftOf(page)).to.be.below(maxShift);
      await page.context().close();
    });
  }

  test('says of a part that it takes longer than usual', async () => {
    const page = await open(360);
    const gate = Promise.withResolvers<void>();
    await intercept(page, '/api/v1/players/ada/stats', async (route) => {
      await gate.promise;
      await route.continue();
    });
    await page.goto('/players/ada');
    await page.locator('[data-part=stats] .part-message').getByText('take longer than usual').waitFor();
    gate.resolve();
    await page.locator('[data-part=stats] td').first().waitFor();
    expect(await shiftOf(page)).to.be.below(maxShift);
    await page.context().close();
  });

  test('gives up on an answer that never comes', async () => {
    const page = await open(1280);
    const never = Promise.withResolvers<void>();
    await intercept(page, '/api/v1/players/ada/stats', () => never.promise);
    // The page's own deadline is the browser's, which no clock of a test moves: shorten it.
    await page.addInitScript(() => {
      const timeout = AbortSignal.timeout.bind(AbortSignal);
      AbortSignal.timeout = () => timeout(300);
    });
    await page.goto('/players/ada');
    await page.locator('[data-part=stats]').getByText('No answer within 30 seconds.').waitFor();
    never.resolve();
    await page.context().close();
  });

  test('has what a link leads to before it is followed', async () => {
    const page = await open(1280);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto('/players/ada');
    const link = page.getByRole('link', { name: 'Eva Montoya' });
    await link.waitFor();
    const answers = ['', '/stats', '/videos'].map((part) =>
      page.waitForResponse((response) => new URL(response.url()).pathname === `/api/v1/players/eva${part}`),
    );
    await link.hover();
    await Promise.all(answers);
    asked.length = 0;
    await link.click();
    await page.getByRole('heading', { name: 'Eva Montoya' }).waitFor();
    await page.getByText('On the break').waitFor();
    expect(asked.filter((path) => path.startsWith('/api/v1/players/eva'))).to.deep.equal([]);
    expect(new URL(page.url()).pathname).to.equal('/players/eva');
    expect(await page.title()).to.equal('Eva Montoya · Trellis');
    await page.goBack();
    await page.getByRole('heading', { name: 'Ada Bright' }).waitFor();
    await page.context().close();
  });

  test('fetches the next profile ahead when there is nothing else to do', async () => {
    const page = await open(1280);
    const ahead = page.waitForResponse(
      (response) => new URL(response.url()).pathname === '/api/v1/players/ben/stats',
    );
    await page.goto('/players/ada');
    expect((await ahead).status()).to.equal(200);
    await page.context().close();
  });

  test('loads no video and no poster out of sight before it is wanted', async () => {
    const page = await open(360);
    const media: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/media/')) media.push(pathname);
    });
    await page.goto('/players/ada');
    await page.locator('.video img').first().waitFor({ state: 'attached' });
    await page.waitForLoadState('networkidle');
    expect(media.filter((path) => path.endsWith('.mp4'))).to.deep.equal([]);
    expect(
      await page.locator('video').evaluateAll((all) => all.map((v) => v.getAttribute('preload'))),
    ).to.deep.equal(['none', 'none', 'none']);
    expect(
      await page.locator('.video img').evaluateAll((all) => all.map((i) => i.getAttribute('loading'))),
    ).to.deep.equal(['lazy', 'lazy', 'lazy']);
    await page.context().close();
  });

  test('says so when there is no such player', async () => {
    const page = await open(1280);
    await page.goto('/players/nobody');
    await page.getByRole('heading', { name: 'No such player' }).waitFor();
    await page.context().close();
  });
});
