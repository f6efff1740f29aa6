import { expect } from 'chai';
import { type LaptopIngest, startIngest, uniqueContent } from '../../support/laptop-ingest.ts';
import { runScript } from '../../support/run-script.ts';
import { apiKey } from '../../support/service.ts';
import { together } from '../../support/together.ts';

describe('npm run retract', () => {
  let harness: LaptopIngest;
  let url: string;
  before(async () => {
    harness = await startIngest();
    url = await harness.app.listen({ port: 0 });
  });
  after(() => harness.stop());

  const retract = (...options: string[]) =>
    runScript('local/commands/retract.ts', ['--state', harness.directory, '--url', url, ...options], {
      TRELLIS_API_KEY: apiKey,
    });
  const committed = async (name: string) => {
    const id = await harness.upload('prices', name, uniqueContent());
    await harness.pipeline.idle();
    return id;
  };
  const stateOf = async (id: string) => (await harness.call('GET', `/api/v1/ingests/${id}`)).state;

  // The first, since it is about the last file of all.
  it('takes the last file that counts back, and follows it to its end', async () => {
    const id = await committed('day.csv');
    await harness.upload('ports', 'ports.csv', uniqueContent());
    await committed('bad.csv');
    const dry = await retract('--last', '--dry-run');
    expect({ errors: dry.errors, code: dry.code }).to.deep.equal({ errors: '', code: 0 });
    expect(dry.output).to.match(
      new RegExp(`^${id}  day.csv, 3 rows of prices, uploaded .*, committed\nits rows would`),
    );
    expect(await stateOf(id)).to.equal('committed');
    const { output, errors, code } = await retract('--last', '--yes');
    expect({ errors, code }).to.deep.equal({ errors: '', code: 0 });
    expect(output).to.include('\nretracted  its rows no longer count\n');
    expect(await stateOf(id)).to.equal('retracted');
    const none = await retract('--last', '--yes');
    expect(none).to.deep.include({ errors: 'there is no committed file of prices\n', code: 1 });
  });

  const test = together(3);

  test('gives the file as JSON', async () => {
    const id = await committed('json.csv');
    const { output, code } = await retract(id, '--yes', '--json');
    expect(code).to.equal(0);
    expect(JSON.parse(output)).to.include({ id, state: 'retracted' });
  });

  test('says why a file cannot be retracted, and leaves it', async () => {
    const id = await committed('bad-too.csv');
    const { errors, code } = await retract(id, '--yes');
    expect(code).to.equal(1);
    expect(errors).to.include(`answered 409: the file ${id} is rejected: none of its rows count`);
    expect(await retract(id, '--dry-run')).to.include({ code: 1 });
  });

  test('does nothing unless asked to, where it cannot ask', async () => {
    const id = await committed('unasked.csv');
    const { errors, code } = await retract(id);
    expect(code).to.equal(2);
    expect(errors).to.include('add --yes');
    expect(await stateOf(id)).to.equal('committed');
  });

  test('needs one file', async () => {
    for (const options of [[], ['a', 'b'], ['a', '--last']]) {
      const { errors, code } = await retract(...options);
      expect(code).to.equal(2);
      expect(errors).to.include('name one file by its id');
    }
  });
});
