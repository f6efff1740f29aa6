import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { pricesCsv } from '../../../../local/commands/sample/prices.ts';
import { openPage } from '../../../../scripts/chromium.ts';
import { together } from '../../../support/together.ts';
import { seriousViolations } from '../../axe.ts';
import { describeSite } from '../../describe-site.ts';

const size = 18 * 2 ** 20;

describeSite('the operations console', (get) => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'trellis-ops-'));
  });
  // Without a browser the suite is skipped before the directory is made.
  after(() => directory !== undefined && rmSync(directory, { recursive: true }));

  const waits = together(4);
  /** A test with the console open and unlocked in a browser context of its own. */
  const test = (title: string, body: (page: Page) => Promise<void>) =>
    waits(title, async () => {
      const { page } = await openPage(get().browser, get().url, { acceptDownloads: true });
      try {
        await page.addInitScript((key) => sessionStorage.setItem('trellis-api-key', key), get().apiKey);
        await page.goto('/ops');
        await body(page);
      } finally {
        await page.context().close();
      }
    });

  async function send(page: Page, kind: string, name: string, content: string | Buffer): Promise<void> {
    await page.getByLabel(kind, { exact: true }).check();
    await page.locator('input[type=file]').setInputFiles({
      name,
      mimeType: 'text/csv',
      buffer: Buffer.from(content),
    });
    await page.locator('[data-transfer=sent]').filter({ hasText: name }).waitFor();
  }
  const file = (page: Page, name: string, state: string) =>
    page.locator(`[data-file="${name}"][data-ingest=${state}]`);

  test('sends a file of 18 MB in parts, shows how far it is, and that it is committed', async (page) => {
    const path = join(directory, 'large.csv');
    const content = filled(size);
    const rows = content.trimEnd().split('\n').length - 1;
    writeFileSync(path, content);
    const progress = page.evaluate(() => {
      const seen: number[] = [];
      return new Promise<number[]>((resolve) => {
        new MutationObserver(() => {
          const bar = document.querySelector<HTMLProgressElement>('[data-transfer] progress');
          if (bar && bar.value !== seen.at(-1)) seen.push(bar.value);
          if (bar?.value === 1 && document.querySelector('[data-transfer=sent]')) resolve(seen);
        }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      });
    });
    await page.getByLabel('prices', { exact: true }).check();
    await page.locator('input[type=file]').setInputFiles(path);
    const seen = await progress;
    expect(seen.filter((share) => share > 0 && share < 1).length).to.be.above(1);
    expect(seen).to.deep.equal([...seen].sort((a, b) => a - b));
    await file(page, 'large.csv', 'committed').waitFor({ timeout: 50_000 });
    expect(await file(page, 'large.csv', 'committed').textContent()).to.contain(
      `${rows.toLocaleString('en')} good, 0 bad`,
    );
  });

  test('renews the URLs of an upload whose time is over before all has left', async (page) => {
    const renewed: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/urls')) renewed.push(request.postData() ?? '');
    });
    // As if the service had signed them two hours ago.
    const longAgo = new Date(Date.now() - 7_200_000).toISOString().replace(/[-:]|\.\d{3}/g, '');
    await page.route('**/api/v1/uploads', async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(/X-Amz-Date=\w+/g, `X-Amz-Date=${longAgo}`);
      await route.fulfill({ response, body });
    });
    const path = join(directory, 'slow.csv');
    writeFileSync(path, filled(9 * 2 ** 20));
    await page.getByLabel('prices', { exact: true }).check();
    await page.locator('input[type=file]').setInputFiles(path);
    await file(page, 'slow.csv', 'committed').waitFor({ timeout: 50_000 });
    expect(renewed.sort()).to.deep.equal(['{"parts":[1]}', '{"parts":[2]}']);
  });

  test('shows the rows that were refused with line and column, and has them all as a download', async (page) => {
    const rows = ['orig_code,dest_code,day,price', 'CNSGH,XXXXX,2021-01-01,900', 'CNSGH,SEGOT,2021-02-30,x'];
    await send(page, 'prices', 'bad.csv', `${rows.join('\n')}\n`);
    const entry = file(page, 'bad.csv', 'rejected');
    await entry.getByRole('button', { name: 'Rejects' }).click();
    const table = entry.getByRole('table');
    await table.waitFor();
    const cells = await table
      .locator('tbody tr')
      .evaluateAll((all) =>
        all.map((row) => [...row.querySelectorAll('td')].slice(0, 2).map((cell) => cell.textContent)),
      );
    expect(cells[0]?.[0]).to.equal('2');
    expect(cells.map(([line]) => line)).to.include('3');
    for (const [, column] of cells) expect(column).to.match(/^\w+$/);
    expect(await seriousViolations(page)).to.deep.equal([]);
    const download = page.waitForEvent('download');
    await entry.getByRole('link', { name: 'Download the rejected rows' }).click();
    const lines = (await text(await (await download).createReadStream())).trim().split('\n');
    expect(lines.length).to.equal(cells.length);
    expect(JSON.parse(lines[0] as string)).to.include.keys('line', 'column', 'code', 'value', 'raw');
  });

  test('retries a rejected file', async (page) => {
    await send(page, 'prices', 'again.csv', 'orig_code,dest_code,day,price\nXXXXX,YYYYY,2021-01-01,1\n');
    await file(page, 'again.csv', 'rejected').getByRole('button', { name: 'Retry' }).click();
    await file(page, 'again.csv', 'rejected').getByText('retried 1 times').waitFor();
  });

  test('shows where time goes by route and page, and what the limiter decided', async (page) => {
    const visitor = await page.context().newPage();
    await visitor.goto('/players/ada');
    await visitor.locator('.video img').first().waitFor();
    await visitor.waitForLoadState('networkidle');
    await visitor.close();
    await get().call('POST', '/api/v1/stream', { stream_id: 'counted' });
    await get().call('DELETE', '/api/v1/streams/counted');
    await page.reload();
    const route = page.getByRole('button', { name: 'GET /api/v1/players/:username/stats' });
    await route.waitFor();
    await page.getByLabel('browsers').check();
    await route.click();
    expect(await page.locator('figure canvas').count()).to.equal(1);
    expect(await page.locator('figcaption strong').textContent()).to.equal(
      'GET /api/v1/players/:username/stats',
    );
    const shares = await page.locator('tr.selected .shares').getAttribute('aria-label');
    expect(shares).to.match(/^network [\d.]+ m?s, service [\d.]+ m?s, database [\d.]+ m?s$/);
    await page
      .locator('.vitals li')
      .filter({ hasText: 'player' })
      .filter({ hasText: 'Largest paint' })
      .waitFor();
    const granted = page.locator('.decisions li').filter({ hasText: 'granted' }).locator('strong');
    expect(Number(await granted.textContent())).to.be.above(0);
  });

  test('looks up what a user watches', async (page) => {
    await page.getByLabel('Streams of a user').fill('ben');
    await page.getByRole('button', { name: 'Look up' }).click();
    await page.getByText('ben watches 0 of 5').waitFor();
  });

  test('shows scans where the service has them, and nothing of them where it has none', async (page) => {
    await page.route('**/api/openapi.json', (route) =>
      route.fulfill({ json: { paths: { '/page': { get: {} } } } }),
    );
    await page.reload();
    await page.getByRole('heading', { name: 'Stream limiter' }).waitFor();
    expect(await page.getByRole('heading', { name: 'Scans' }).count()).to.equal(0);
    await page.unrouteAll();
    await page.reload();
    await page.getByRole('heading', { name: 'Scans' }).waitFor();
  });

  test('scans a repository and shows what was found where', async (page) => {
    const repository = join(directory, 'repository');
    mkdirSync(repository);
    // Put together here, so that no scanner takes this file for a leak.
    const secret = ['gh', 'p_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO', '0pINUx'].join('');
    writeFileSync(join(repository, 'settings.env'), `TOKEN=${secret}\n`);
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
    for (const command of [
      ['init', '-q'],
      ['add', '.'],
      [...identity, 'commit', '-qm', 'planted'],
    ]) {
      execFileSync('git', command, { cwd: repository });
    }
    await page.getByLabel('Scan a repository').fill(`file://${repository}`);
    await page.getByRole('button', { name: 'Scan', exact: true }).click();
    const scan = page.locator('[data-scan=completed]');
    await scan.waitFor({ timeout: 50_000 });
    await scan.getByRole('button', { name: 'Findings' }).click();
    await scan.getByText('settings.env:1').first().waitFor();
    expect(await page.content()).not.to.include(secret);
  });
});

/** At least that many bytes of prices between the ports that `npm run seed` loads: the same days again and again, since
 * equal rows are quotes of their own. */
function filled(bytes: number): string {
  const [header = '', ...rows] = [...pricesCsv({ rows: 3000, seed: 1, lanes: 20 })].join('').split(/(?<=\n)/);
  const month = rows.join('');
  return header + month.repeat(Math.ceil(bytes / month.length));
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
