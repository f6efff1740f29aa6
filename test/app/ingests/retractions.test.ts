import { expect } from 'chai';
import { whyNotLive } from '../../../app/ingests/retractions.ts';
import { type IngestState, ingestStates } from '../../../contract/ingest.ts';
import type { Ingest } from '../../../data/ledger/ingest.ts';

describe('why a file cannot be retracted or replaced', () => {
  const of = (file: Partial<Ingest>) =>
    whyNotLive({ id: 'a', kind: 'prices', state: 'committed', ...file } as Ingest, (id) => `use#${id}`);

  it('is nothing for a committed file of prices alone', () => {
    const live = ingestStates.filter((state) => of({ state }) === undefined);
    expect(live).to.deep.equal(['committed']);
  });

  const reasons: readonly (readonly [Partial<Ingest>, string])[] = [
    [{ kind: 'ports' }, 'is one of ports, and only files of prices'],
    [{ duplicate_of: 'b' }, 'rows count as those of b; use use#b'],
    [{ state: 'replaced', replaced_by: 'c' }, 'was replaced by c; use use#c'],
    [{ state: 'retracting' }, 'is being retracted'],
    [{ state: 'retracted' }, 'was retracted'],
    [{ state: 'failed' }, 'is failed: none of its rows count'],
    [{ state: 'awaiting_upload' as IngestState }, 'is awaiting upload: none of its rows count yet'],
  ];
  for (const [file, reason] of reasons)
    it(`names the file and ${JSON.stringify(file)}`, () =>
      expect(of(file)).to.include('the file a ').and.include(reason));
});
