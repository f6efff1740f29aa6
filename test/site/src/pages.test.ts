import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { createBucket } from '../../../app/bucket.ts';
import { dualStackVariable } from '../../../components/fargate-task/dual-stack.ts';
import { contentSecurityPolicy, uploadOrigins } from '../../../contract/content-security-policy.ts';
import { createS3Client } from '../../../data/s3/client.ts';
import { openPage } from '../../../scripts/chromium.ts';
import { together } from '../../support/together.ts';
import { seriousViolations } from '../axe.ts';
import { describeSite } from '../describe-site.ts';

/** Bytes of all scripts of a profile page, compressed. */
const maxScript = 60 * 1024;

const pages: { name: string; path: string; unlocked?: boolean; settled: string }[] = [
  { name: 'home', path: '/', settled: '.player-cards a' },
  { name: 'home with the key', path: '/', unlocked: true, settled: '.latest h3' },
  { name: 'a profile', path: '/players/ada', settled: '.video img' },
  { name: 'the console', path: '/ops', settled: '#key' },
  { name: 'the console with the key', path: '/ops', unlocked: true, settled: '.timings tbody tr' },
  { name: 'a path that is no page', path: '/no/such/page', settled: 'h1' },
];
const looks = [
  { width: 1280, height: 900, colorScheme: 'light' },
  { width: 360, height: 740, colorScheme: 'dark' },
] as const;

describeSite('the pages of the site', (get) => {
  const test = together(3);

  for (const { name, path, unlocked = false, settled } of pages) {
    // One page for both looks: another one would cost a second of compiling what this one has compiled.
    test(`${name} renders light at 1280 px and dark at 360 px, breaks no rule, and needs no mouse`, async () => {
      const { browser, url, apiKey } = get();
      const { page, complaints } = await openPage(browser, url);
      if (unlocked) await page.addInitScript((key) => sessionStorage.setItem('trellis-api-key', key), apiKey);
      for (const { width, height, colorScheme } of looks) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        const answer = await page.goto(path);
        await page.locator(settled).first().waitFor();
        await page.waitForFunction(() => !document.querySelector('.bone'));
        const look = `${colorScheme} at ${width} px`;
        expect(answer?.headers()['content-security-policy'], look).to.equal(contentSecurityPolicy());
        expect(await page.locator('h1').count(), look).to.equal(1);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), look).to.equal(width);
        expect(await seriousViolations(page), look).to.deep.equal([]);
        expect(complaints, look).to.deep.equal({ errors: [], foreign: [] });
        const missed = await unreachable(page);
        expect(missed.total, look).to.be.above(4);
        expect(missed.left, look).to.deep.equal([]);
      }
      await page.context().close();
    });
  }

  test('a profile loads at most 60 KB of script', async () => {
    const { page } = await openPage(get().browser, get().url);
    const scripts: Promise<Buffer>[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script') scripts.push(response.body());
    });
    await page.goto('/players/ada');
    await page.locator('.video img').first().waitFor();
    await page.waitForLoadState('networkidle');
    const sizes = (await Promise.all(scripts)).map((script) => gzipSync(script).length);
    expect(sizes.length).to.be.above(2);
    expect(sizes.reduce((sum, size) => sum + size)).to.be.within(5000, maxScript);
    await page.context().close();
  });

  test('upload to where the service signs, with IPv4 and without, and to no other bucket', async () => {
    const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
    const signed = async (bucket: string, isDualStack: boolean) => {
      // The task definition has the variable; the SDK reads it with the first call of a client.
      if (isDualStack) Object.assign(process.env, dualStackVariable);
      const client = createS3Client({ region: 'eu-west-1', credentials });
      const url = await createBucket(client, bucket).putUrl('incoming/file', 1, 60);
      for (const name of Object.keys(dualStackVariable)) delete process.env[name];
      return url;
    };
    const { page } = await openPage(get().browser, get().url);
    const policy = contentSecurityPolicy(uploadOrigins('own.s3.eu-west-1.amazonaws.com'));
    await page.route('**/uploads', (route) =>
      route.fulfill({ contentType: 'text/html', headers: { 'content-security-policy': policy }, body: 'x' }),
    );
    await page.route('https://*.amazonaws.com/**', (route) =>
      route.fulfill({ headers: { 'access-control-allow-origin': '*', 'access-control-allow-methods': '*' } }),
    );
    await page.goto('/uploads');
    const send = (url: string) =>
      page.evaluate((to) => fetch(to, { method: 'PUT', body: 'x' }).then(({ ok }) => ok, String), url);
    for (const isDualStack of [false, true]) {
      const url = await signed('own', isDualStack);
      expect(url.includes('.s3.dualstack.')).to.equal(isDualStack);
      expect(await send(url), url).to.equal(true);
      expect(await send(await signed('other', isDualStack))).to.match(/TypeError/);
    }
    await page.context().close();
  });

  test('takes a wrong key for what it is, and forgets a right one when told to', async () => {
    const { page } = await openPage(get().browser, get().url);
    await page.goto('/ops');
    await page.getByLabel('API key').fill('wrong');
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByText('the API key is wrong').waitFor();
    await page.getByLabel('API key').fill(get().apiKey);
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByRole('heading', { name: 'Upload' }).waitFor();
    await page.getByRole('button', { name: 'Forget the API key' }).click();
    await page.getByLabel('API key').waitFor();
    expect(await page.evaluate(() => ({ ...sessionStorage, ...localStorage }))).to.deep.equal({});
    expect(await page.context().cookies()).to.deep.equal([]);
    await page.context().close();
  });
});

/** Presses Tab until it comes round, and tells what of all that can be used it never reached. */
async function unreachable(page: Page): Promise<{ total: number; left: string[] }> {
  const usable = 'a[href], button:not(:disabled), input, select, textarea, [tabindex="0"]';
  const total = await page.evaluate((selector) => {
    // One of a group of radio buttons is reached by Tab, the others by the arrow keys.
    const others = (element: Element) =>
      element instanceof HTMLInputElement && element.type === 'radio' && !element.checked;
    const elements = [...document.querySelectorAll(selector)].filter(
      (element) => element.checkVisibility({ visibilityProperty: true }) && !others(element),
    );
    for (const [i, element] of elements.entries()) element.setAttribute('data-usable', String(i));
    return elements.length;
  }, usable);
  const reached = new Set<string>();
  for (let presses = 0; presses < total * 2 && reached.size < total; presses++) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate(() => document.activeElement?.getAttribute('data-usable'));
    if (here) reached.add(here);
  }
  const left = await page.evaluate(
    (seen) =>
      [...document.querySelectorAll('[data-usable]')]
        .filter((element) => !seen.includes(element.getAttribute('data-usable') as string))
        .map((element) => element.outerHTML.slice(0, 120)),
    [...reached],
  );
  return { total, left };
}
