import { expect } from 'chai';
import { type LaptopIngest, startIngest, uniqueContent } from '../../support/laptop-ingest.ts';

describe('the list of ingests', () => {
  let harness: LaptopIngest;
  before(async () => {
    harness = await startIngest();
  });
  after(() => harness.stop());

  it('pages through all files, newest first, and picks those in a state', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      const body = { kind: 'prices', file_name: `${i}.csv`, size: 1 };
      ids.push((await harness.call('POST', '/api/v1/uploads', body, 201)).ingest_id);
    }
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await harness.call(
        'GET',
        `/api/v1/ingests?limit=2${cursor && `&cursor=${cursor}`}`,
        undefined,
        200,
      );
      expect(page.items.length).to.be.at.most(2);
      seen.push(...page.items.map(({ id }: { id: string }) => id));
      if (page.next_cursor === null) break;
      cursor = page.next_cursor;
    }
    expect(seen).to.have.members(ids).and.have.length(5);
    const times = await Promise.all(
      seen.map(async (id) => (await harness.call('GET', `/api/v1/ingests/${id}`)).created_at),
    );
    expect(times).to.deep.equal([...times].sort().reverse());

    await harness.upload('prices', 'bad.csv', uniqueContent());
    await harness.pipeline.idle();
    const { items } = await harness.call('GET', '/api/v1/ingests?state=rejected', undefined, 200);
    expect(items.map(({ file_name }: { file_name: string }) => file_name)).to.deep.equal(['bad.csv']);
  });

  it('refuses cursors of its own making only', async () => {
    for (const query of ['limit=0', 'limit=101', 'state=lost', 'kind=prices'])
      await harness.call('GET', `/api/v1/ingests?${query}`, undefined, 400);
    for (const path of ['?cursor=AAAA', '/nobody'])
      await harness.call('GET', `/api/v1/ingests${path}`, undefined, 404);
  });
});
