import { expect } from 'chai';
import { Possible } from './faults/caller.ts';
import { drill } from './faults/drill.ts';

// npm run drill:faults is the whole of it: 100,000 requests.
describe('the service, while database, bucket and workflow service are sick', () => {
  it('loses no write that was answered, does none twice, and never answers 500', async function () {
    this.timeout(120_000);
    const result = await drill({ seed: 11, requests: 1200, callers: 16, faultShare: 0.1, show: () => {} });
    expect(result.wrong).to.deep.equal([]);
    expect([...result.uncalled.keys()]).to.deep.equal([]);
    expect(result.faults).to.be.greaterThan(0);
  });
});

describe('what answers tell of a value', () => {
  it('is one state after an answer, and one more after a write that may have been done', () => {
    const value = new Possible(0);
    value.write((state) => state + 1, false);
    expect(value.states).to.deep.equal([0, 1]);
    value.write((state) => state + 1, true);
    expect(value.states).to.deep.equal([1, 2]);
    expect(value.see((state) => state === 3)).to.equal(false);
    expect(value.see((state) => state === 2)).to.equal(true);
    expect(value.states).to.deep.equal([2]);
  });

  it('may come late, until a write that was answered is in its way', () => {
    const value = new Possible(0);
    value.write(() => 1, false);
    expect(value.see((state) => state === 0)).to.equal(true);
    expect(value.see((state) => state === 1)).to.equal(true);
    value.write(() => 2, true);
    expect(value.see((state) => state === 1)).to.equal(false);
  });
});
