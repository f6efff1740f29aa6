import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { openPage } from '../../../../../scripts/chromium.ts';
import { together } from '../../../../support/together.ts';
import { seriousViolations } from '../../../axe.ts';
import { describeSite } from '../../../describe-site.ts';

describeSite('corrections in the operations console', (get) => {
  const waits = together(3);
  /** A test with a committed file of prices in the console. @param row unlike that of any other test */
  const test = (title: string, row: string, body: (page: Page, id: string) => Promise<void>) =>
    waits(title, async () => {
      const id = await upload('correct-me.csv', row);
      const { page, complaints } = await openPage(get().browser, get().url, { colorScheme: 'dark' });
      try {
        await page.addInitScript((key) => sessionStorage.setItem('trellis-api-key', key), get().apiKey);
        await page.goto('/ops');
        await body(page, id);
        expect(complaints.errors.filter((error) => !error.includes('409'))).to.deep.equal([]);
      } finally {
        await page.context().close();
      }
    });

  const prices = (row: string) => `orig_code,dest_code,day,price\n${row}\n`;

  /** @returns the id of the committed file */
  async function upload(file_name: string, row: string): Promise<string> {
    const body = { kind: 'prices', file_name, size: prices(row).length };
    const { ingest_id, upload_url } = await (await get().call('POST', '/api/v1/uploads', body)).json();
    await fetch(upload_url, { method: 'PUT', body: prices(row) });
    await stateIs(ingest_id, 'committed');
    return ingest_id;
  }
  const read = async (id: string) => (await get().call('GET', `/api/v1/ingests/${id}`)).json();
  async function stateIs(id: string, state: string): Promise<void> {
    while ((await read(id)).state !== state) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const entry = (page: Page, id: string) => page.locator(`[data-id="${id}"]`);

  test(
    'ask, can be left without effect, and retract a file',
    'CNGGZ,EETLL,2031-01-01,1',
    async (page, id) => {
      const ask = () => entry(page, id).getByRole('button', { name: 'Retract' }).click();
      const question = page.getByRole('dialog', { name: 'Retract correct-me.csv?' });
      await ask();
      await question.getByText('Its 1 rows no longer count').waitFor();
      expect(
        await question.getByRole('button', { name: 'Cancel' }).evaluate((e) => e === document.activeElement),
      ).to.equal(true);
      expect(await seriousViolations(page)).to.deep.equal([]);
      await page.keyboard.press('Escape');
      await question.waitFor({ state: 'hidden' });
      await ask();
      await question.getByRole('button', { name: 'Cancel' }).click();
      await question.waitFor({ state: 'hidden' });
      expect((await read(id)).state).to.equal('committed');
      await ask();
      await question.getByRole('button', { name: 'Retract' }).click();
      const retracted = entry(page, id).and(page.locator('[data-ingest=retracted]'));
      await retracted.getByText(/^Retracted, .*, as requested by 127\.0\.0\.1, request /).waitFor();
      expect(await retracted.getByRole('button').count()).to.equal(0);
    },
  );

  test('say in the dialog why a file cannot be retracted', 'CNGGZ,EETLL,2031-01-02,1', async (page, id) => {
    await page.route(`**/api/v1/ingests/${id}`, (route) =>
      route.fulfill({ status: 409, json: { status: 409, detail: 'the file was replaced by b' } }),
    );
    await entry(page, id).getByRole('button', { name: 'Retract' }).click();
    const question = page.getByRole('dialog');
    await question.getByRole('button', { name: 'Retract' }).click();
    await question.getByRole('alert').filter({ hasText: 'the file was replaced by b' }).waitFor();
  });

  test('replace a file by another that is chosen', 'CNGGZ,EETLL,2031-01-03,1', async (page, id) => {
    await entry(page, id).getByRole('button', { name: 'Replace' }).click();
    const question = page.getByRole('dialog', { name: 'Replace correct-me.csv?' });
    await question.getByRole('button', { name: 'Upload and replace' }).click();
    await question.getByText('Choose the file that takes its place.').waitFor();
    expect(await seriousViolations(page)).to.deep.equal([]);
    const buffer = Buffer.from(prices('CNGGZ,EETLL,2031-01-03,2'));
    await question
      .getByLabel('File of prices')
      .setInputFiles({ name: 'right.csv', mimeType: 'text/csv', buffer });
    await question.getByRole('button', { name: 'Upload and replace' }).click();
    await question.waitFor({ state: 'hidden' });
    const old = entry(page, id).and(page.locator('[data-ingest=replaced]'));
    await old.getByText(/^Replaced by [0-9a-f-]{36}, /).waitFor();
    const { replaced_by } = await read(id);
    await entry(page, replaced_by)
      .getByText(`It took the place of ${id}, as requested by 127.0.0.1`)
      .waitFor();
  });
});
