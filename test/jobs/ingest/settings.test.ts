import { expect } from 'chai';
import { readJobSettings } from '../../../jobs/ingest/settings.ts';

describe('the settings of the ingest job', () => {
  it('names every missing or wrong variable at once', () => {
    expect(() => readJobSettings({ INGEST_KIND: 'cats', INGEST_PARTIAL: 'yes' })).to.throw(
      /INGEST_KIND must be one of prices, ports, regions, retraction, sweep, not "cats"\n.*INGEST_PARTIAL[\s\S]*INGEST_ID[\s\S]*INGEST_KEY[\s\S]*INGEST_VERSION[\s\S]*INGEST_EXECUTION[\s\S]*INGEST_BUCKET[\s\S]*TABLE_RATES[\s\S]*TABLE_INGESTS/,
    );
  });
});
