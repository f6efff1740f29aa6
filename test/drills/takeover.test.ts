import { expect } from 'chai';
import { type TestApp, testApp } from '../support/app.ts';
import { createWorld, type World } from '../support/ingest-jobs.ts';
import { compareAnswers, lastingAnswersOf } from './takeover/data.ts';
import { expected, ratesOf } from './takeover/rates.ts';
import { type Recorded, restore } from './takeover/recorded.ts';

// npm run drill:takeover is the whole of it: that release goes on beside this one, under load.
describe('tables that commit 80d40d3 has filled', () => {
  let world: World;
  let recorded: Recorded;
  let test: TestApp;
  let service: { url: string };
  before(async () => {
    world = await createWorld();
    recorded = await restore(world);
    test = await testApp({ tables: world.tables });
    service = { url: await test.app.listen({ port: 0 }) };
  });
  after(async () => {
    await test.close();
    await world.close();
  });

  it('are read as that release read them', async () => {
    expect(recorded.answers).to.have.length(12);
    compareAnswers(recorded.answers, await lastingAnswersOf(service));
  });

  it('have rates that can be corrected, rebuilt and swept', async () => {
    const [regions, ports, first, second] = recorded.files;
    let content = { regions: regions.body, ports: ports.body, prices: [first.body, second.body] };
    const check = async (what: string) =>
      expect(await ratesOf(service), what).to.deep.equal(expected(content));
    await check('as stored');
    await world.retract(first.file);
    content = { ...content, prices: [second.body] };
    await check('after a retraction');
    const file = await world.upload('prices', first.body, { replaces: second.file.id });
    expect(await world.run(file)).to.include({ state: 'committed' });
    content = { ...content, prices: [first.body] };
    await check('after a replacement by the same prices as those retracted');
    content = { ...content, regions: content.regions.replace(/^china,([^,]*),.*$/m, 'china,$1,') };
    expect(content.regions).not.to.equal(regions.body);
    expect(await world.ingest('regions', content.regions)).to.include({ state: 'committed' });
    await check('after new regions');
    await world.sweep(3_600_000);
    await check('after a sweep');
  });
});
