import { expect } from 'chai';
import { portCode, portNumber } from '../../../jobs/ingest/port-code.ts';

describe('codes of ports', () => {
  it('a code is a number and back', () => {
    for (const code of ['AAAAA', 'CNGGZ', 'EETLL', 'ZZZZZ'])
      expect(portCode(portNumber(code))).to.equal(code);
    expect(['cnggz', 'CNGG', 'CNGGZZ', 'CN1GZ', ''].map(portNumber)).to.deep.equal([-1, -1, -1, -1, -1]);
  });
});
