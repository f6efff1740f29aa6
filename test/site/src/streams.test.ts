import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../../../scripts/chromium.ts';
import { until } from '../../support/until.ts';
import { describeSite } from '../describe-site.ts';

interface StreamList {
  readonly active: number;
  readonly items: readonly {
    readonly stream_id: string;
    readonly video_name: string;
    readonly expires_at: string;
  }[];
}

const adas = [
  'Volley from the edge of the box',
  'Counter-attack from goal to goal',
  'Free kick over the wall',
];
const bens = 'Save at the near post';

describeSite('streams in the browser', (get) => {
  let context: BrowserContext;
  beforeEach(async () => {
    context = await get().browser.newContext({ baseURL: get().url });
  });
  afterEach(async () => {
    await context.close();
    await until(async () => (await streams()).active === 0);
  });

  const streams = async () => (await (await fetch(`${get().url}/api/v1/streams`)).json()) as StreamList;
  const names = async () => (await streams()).items.map(({ video_name }) => video_name);
  const card = (page: Page, title: string) => page.locator('.video').filter({ hasText: title });

  async function openTab(player: string, of: BrowserContext | Browser = context): Promise<Page> {
    const page = await of.newPage();
    await page.goto(`${get().url}/players/${player}`);
    return page;
  }

  /** Presses play; the clip starts over at its end, so that the test decides when it stops. */
  async function play(page: Page, title: string): Promise<void> {
    const video = card(page, title);
    await video.locator('video').evaluate((element: HTMLVideoElement) => {
      element.loop = true;
    });
    await video.getByRole('button', { name: `Play ${title}` }).click();
  }

  async function playing(page: Page, title: string): Promise<void> {
    const video = card(page, title);
    await video.getByText('Playing here').waitFor();
    await video.locator('video').evaluate(
      (element: HTMLVideoElement) =>
        new Promise<void>((resolve) => {
          const moves = () => element.currentTime > 0 && resolve();
          element.addEventListener('timeupdate', moves);
          moves();
        }),
    );
  }

  async function openThree(): Promise<Page[]> {
    const tabs: Page[] = [];
    for (const title of adas) {
      const tab = await openTab('ada');
      await play(tab, title);
      await playing(tab, title);
      tabs.push(tab);
    }
    return tabs;
  }

  it('deny the fourth tab, let it take one over, and tell the loser', async () => {
    const tabs = await openThree();
    expect(await names()).to.have.members(adas);
    const fourth = await openTab('ben');
    await play(fourth, bens);
    const dialog = fourth.getByRole('dialog', { name: 'You are watching 3 of 3 streams' });
    await dialog.waitFor();
    expect(await dialog.locator('li strong').allTextContents()).to.have.members(adas);
    await dialog
      .locator('li')
      .filter({ hasText: adas[1] as string })
      .getByRole('button')
      .click();
    await playing(fourth, bens);
    const loser = card(tabs[1] as Page, adas[1] as string);
    await loser.getByText('another page took this stream over').waitFor();
    expect(await loser.locator('video').evaluate((video: HTMLVideoElement) => video.paused)).to.equal(true);
    expect(await names()).to.have.members([adas[0], adas[2], bens]);
    for (const i of [0, 2]) {
      expect(await card(tabs[i] as Page, adas[i] as string).getAttribute('data-lease')).to.equal('held');
    }
  });

  it('can be left alone: Cancel starts nothing and stops nothing', async () => {
    await openThree();
    const fourth = await openTab('ben');
    await play(fourth, bens);
    await fourth.getByRole('button', { name: 'Cancel' }).click();
    await fourth.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await names()).to.have.members(adas);
  });

  it('tell the loser by its next heartbeat when another browser took it over', async () => {
    const tab = await openTab('ada');
    await play(tab, adas[0] as string);
    await playing(tab, adas[0] as string);
    const [held] = (await streams()).items;
    await get().call('POST', '/api/v1/stream', { stream_id: 'elsewhere', replaces: [held?.stream_id] });
    await card(tab, adas[0] as string)
      .getByText('another page took this stream over')
      .waitFor();
    await get().call('DELETE', '/api/v1/streams/elsewhere');
  });

  it('are one at a time on a page: the next takes the place of the one before', async () => {
    const tab = await openTab('ada');
    for (const title of adas) {
      await play(tab, title);
      await playing(tab, title);
      expect(await names()).to.deep.equal([title]);
    }
  });

  it('end with the clip, with the page and with the tab', async () => {
    const tab = await openTab('ada');
    await card(tab, adas[0] as string)
      .getByRole('button', { name: `Play ${adas[0]}` })
      .click();
    await playing(tab, adas[0] as string);
    await tab
      .locator('.video[data-lease=idle]')
      .filter({ hasText: adas[0] as string })
      .waitFor();
    await until(async () => (await streams()).active === 0);

    await play(tab, adas[1] as string);
    await playing(tab, adas[1] as string);
    await tab.getByRole('link', { name: 'Home' }).click();
    await until(async () => (await streams()).active === 0);
  });

  it('are free at once when a tab is closed', async () => {
    const [first, ...others] = await openThree();
    const held = (await streams()).items.find(({ video_name }) => video_name === adas[0]);
    await first?.close();
    await until(async () => (await streams()).active === 2);
    expect(Date.now(), 'released, not run out').to.be.below(Date.parse(held?.expires_at as string));
    const fourth = await openTab('ben');
    await play(fourth, bens);
    await playing(fourth, bens);
    expect(await names()).to.have.members([adas[1], adas[2], bens]);
    for (const tab of others) await tab.close();
  });

  it('are free within the lease when the browser is killed', async () => {
    const browser = await launchChromium();
    const page = await openTab('ada', browser);
    await play(page, adas[0] as string);
    await playing(page, adas[0] as string);
    const session = await browser.newBrowserCDPSession();
    expect((await streams()).active).to.equal(1);
    await session.send('Browser.crash').catch(() => {});
    await until(async () => (await streams()).active === 0);
    await browser.close();
  });
});
