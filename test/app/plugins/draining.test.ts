import { expect } from 'chai';
import { testApp } from '../../support/app.ts';

describe('draining', () => {
  it('turns readiness off and closes connections with their answers, and goes on serving', async () => {
    const test = await testApp();
    expect((await test.call({ url: '/readyz' })).statusCode).to.equal(200);
    test.app.draining.active = true;
    for (const url of ['/readyz', '/healthz']) {
      const answer = await test.call({ url });
      expect([answer.statusCode, answer.headers['retry-after']]).to.deep.equal([503, '1']);
    }
    for (const url of ['/page', '/livez', '/nowhere', '/%']) {
      const answer = await test.call({ url });
      expect(answer.headers.connection, url).to.equal('close');
      expect(answer.statusCode).to.be.below(500);
    }
    await test.close();
  });
});
