import { expect } from 'chai';
import { openPage } from '../../../../scripts/chromium.ts';
import { until } from '../../../support/until.ts';
import { describeSite } from '../../describe-site.ts';

describeSite('the home page', (get) => {
  async function open(unlocked: boolean) {
    const { page } = await openPage(get().browser, get().url);
    if (unlocked)
      await page.addInitScript((key) => sessionStorage.setItem('trellis-api-key', key), get().apiKey);
    await page.goto('/');
    return page;
  }
  const saved = async () =>
    ((await (await get().call('GET', '/api/v1/page')).json()) as { string: string }).string;

  it('shows the saved string as others change it', async () => {
    const page = await open(false);
    const string = `set elsewhere <b>${Date.now()}</b>`;
    await get().call('PUT', '/api/v1/page', { string });
    await page.getByText(string).waitFor();
    await page.context().close();
  });

  it('changes the saved string, once it has the key', async () => {
    const page = await open(false);
    await page.getByRole('button', { name: 'Change it' }).click();
    const card = page.locator('.saved');
    await card.getByLabel('API key').fill(get().apiKey);
    await card.getByRole('button', { name: 'Unlock' }).click();
    const string = `set here ${Date.now()}`;
    await card.getByLabel('New string').fill(string);
    await card.getByRole('button', { name: 'Save' }).click();
    await card.locator('.string').getByText(string).waitFor();
    expect(await saved()).to.equal(string);
    await page.context().close();
  });

  it('shows what is watched, and stops it', async () => {
    await get().call('POST', '/api/v1/stream', { stream_id: 'shown', video_name: 'A film elsewhere' });
    const page = await open(false);
    const row = page.locator('.streams li').filter({ hasText: 'A film elsewhere' });
    await row.getByRole('button', { name: 'Stop' }).click();
    await row.waitFor({ state: 'detached' });
    await until(async () => {
      const answer = await get().call('GET', '/api/v1/streams');
      return ((await answer.json()) as { active: number }).active === 0;
    });
    await page.context().close();
  });

  it('tells which part answers, and that one does not', async () => {
    const page = await open(false);
    const row = (name: string) =>
      page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
    await row('Database').getByText('answers').waitFor();
    // Only from now on: the database's own row asks a path that ends alike.
    await page.route('**/page', (route) => route.fulfill({ status: 503 }));
    await page.reload();
    await row('Dynamic page').getByText('no answer').waitFor();
    await row('Stream limiter').getByText('answers').waitFor();
    await page.context().close();
  });
});
