import { gzipSync } from 'node:zlib';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { locationItems } from '../../../data/rates/locations.ts';
import { createRatesTable } from '../../../data/rates/table.ts';
import type { Location } from '../../../data/rates/tree.ts';
import { createWorld, type World } from '../../support/ingest-jobs.ts';

/** As many regions as one item held before sizes were looked at, with the longest names. */
const count = 1000;
const slug = (i: number) => `region-${i}`.padEnd(64, '_');

describe('sizes in the ingest job', () => {
  let world: World;
  before(async () => {
    world = await createWorld();
  });
  after(() => world.close());

  const names = {
    'Chinese characters': '語'.repeat(100),
    emoji: '💡'.repeat(50),
    'control characters': '\u0001'.repeat(100),
    quotes: '"'.repeat(100),
  };
  for (const [characters, name] of Object.entries(names))
    it(`${count} regions with long names of ${characters} are committed and read back`, async () => {
      const regions: Location[] = Array.from({ length: count }, (_, i) => ({
        id: slug(i),
        name,
        parent: i === 0 ? undefined : slug(0),
      }));
      const lines = regions.map(({ id, parent }) =>
        JSON.stringify({ slug: id, name, parent_slug: parent ?? '' }),
      );
      const outcome = await world.ingest('regions', lines.join('\n'));
      expect(outcome).to.include({ state: 'committed', rows_accepted: count });
      const stored = await createRatesTable(world.client, world.ratesTable).locations(outcome.batch);
      expect(stored).to.have.deep.members(regions);
    });

  it('an item is filled to its last byte, and one byte more begins another', async () => {
    const content = 'c'.repeat(32);
    const locations = (length: number): Location[] =>
      Array.from({ length: count }, (_, i) => ({
        id: slug(i),
        // Beyond what a file may have, since the last byte can be had no other way.
        name: i === 0 ? 'x'.repeat(length) : '語'.repeat(100),
        parent: slug(0),
      }));
    const fitting = 890;
    const itemsOf = (length: number) => [...locationItems(content, locations(length).slice(0, fitting))];
    const bytesOf = (length: number) =>
      itemsOf(length).map(({ places: text, ...keys }) =>
        Buffer.byteLength(`pkskplaces${keys.pk?.S}${keys.sk?.S}${text?.S}`),
      );
    const [short = 0] = bytesOf(0);
    const exact = 409_600 - short;
    expect(bytesOf(exact)).to.deep.equal([409_600]);
    expect(bytesOf(exact + 1)).to.have.length(2);

    const put = (places: string) =>
      world.client.send(
        new PutItemCommand({ TableName: world.ratesTable, Item: { ...item, places: { S: places } } }),
      );
    const [item] = itemsOf(exact);
    const text = item?.places?.S ?? '';
    await put(text);
    expect(await put(`${text} `).catch((error: Error) => error.name)).to.equal('ValidationException');
  });

  it('files whose rows fit are cut as ever, after 1,000', () => {
    const places = Array.from({ length: 2001 }, (_, i) => ({ id: `r${i}`, name: 'R', parent: undefined }));
    const rows = [...locationItems('c', places)].map(({ places: text }) => JSON.parse(text?.S ?? '').length);
    expect(rows).to.deep.equal([1000, 1000, 1]);
  });

  it('a file of rejects stays within what a bucket takes in one piece, without gaps', async () => {
    const row = `AAAAA,BBBBB,${'語'.repeat(600)},1\n`;
    const outcome = await world.ingest(
      'prices',
      gzipSync(`orig_code,dest_code,day,price\n${row.repeat(10_000)}AAAAA,BBBBB,x,1\n`),
    );
    expect(outcome).to.include({ state: 'rejected', rows_rejected: 10_001 });
    const rejects = await world.rejects(outcome);
    const size = rejects.reduce((sum, each) => sum + Buffer.byteLength(JSON.stringify(each)) + 1, 0);
    expect(size).to.be.within(8 * 2 ** 20 - 5000, 8 * 2 ** 20);
    expect(rejects.map(({ line }) => line)).to.deep.equal(rejects.map((_, i) => i + 2));
  });

  it('a reason that is cut within an emoji can be kept', async () => {
    const header = `orig_code,dest_code,day,price${'x'.repeat(58)}💡\n`;
    const job = world.spawn(await world.upload('prices', header));
    expect(await job.ended, job.output()).to.equal(0);
    const outcome = await world.ingest('prices', header);
    expect(outcome.reason).to.include('x�"; the columns are');
    const [reject] = await world.rejects(outcome);
    expect(String(reject?.value)).to.match(/x💡$/u);
  });
});
