import { expect } from 'chai';
import Fastify from 'fastify';
import { type ClientAddressSettings, clientAddress } from '../../../app/plugins/client-address.ts';
import { problemDetails } from '../../../app/plugins/problem-details.ts';

const trusted = '10.0.0.5';
const defaults: ClientAddressSettings = {
  trustedProxies: ['10.0.0.0/8', 'fd00::/8', '192.0.2.1'],
  clientAddressHeader: 'x-forwarded-for',
};

async function ask(
  settings: Partial<ClientAddressSettings>,
  peer: string,
  headers: Record<string, string | string[]> = {},
) {
  const app = Fastify();
  await app.register(problemDetails);
  await app.register(clientAddress, { ...defaults, ...settings });
  app.get('/', async (request) => request.clientAddress());
  const answer = await app.inject({ url: '/', remoteAddress: peer, headers });
  await app.close();
  return answer;
}

describe("the client's address", () => {
  const forwarded: [string, string, string | undefined, string][] = [
    ['no proxy', '198.51.100.9', undefined, '198.51.100.9'],
    ['an untrusted peer with a header', '198.51.100.9', '203.0.113.7', '198.51.100.9'],
    ['an untrusted peer with junk', '198.51.100.9', 'junk', '198.51.100.9'],
    ['a trusted peer without a header', trusted, undefined, trusted],
    ['a trusted peer', trusted, '203.0.113.7', '203.0.113.7'],
    ['a client that forged a header', trusted, '1.1.1.1, 203.0.113.7', '203.0.113.7'],
    ['two trusted proxies', trusted, '1.1.1.1, 203.0.113.7, 10.1.2.3', '203.0.113.7'],
    ['a client that forged a trusted address', trusted, '10.9.9.9, 203.0.113.7', '203.0.113.7'],
    ['nothing but trusted proxies', trusted, '10.1.1.1, 10.1.2.3', '10.1.1.1'],
    ['junk that the client put before', trusted, 'junk, 203.0.113.7', '203.0.113.7'],
    ['a proxy named by its address', '192.0.2.1', '203.0.113.7', '203.0.113.7'],
    ['IPv6', 'fd00::1', '2001:DB8:0:0::1', '2001:db8::1'],
    ['IPv4 in IPv6', '::ffff:10.0.0.5', '::ffff:203.0.113.7', '203.0.113.7'],
    ['IPv4 in IPv6 from the peer', '::ffff:198.51.100.9', undefined, '198.51.100.9'],
  ];
  for (const [name, peer, header, expected] of forwarded) {
    it(`behind ${name}`, async () => {
      const answer = await ask({}, peer, header === undefined ? {} : { 'x-forwarded-for': header });
      expect(answer.body).to.equal(expected);
    });
  }

  for (const junk of [
    'junk',
    '203.0.113',
    '203.0.113.7:80',
    '999.1.1.1',
    'fe80::1%eth0',
    '1.1.1.1, x',
    '0x7f.1',
  ]) {
    it(`is not ${junk}, even from a trusted proxy`, async () => {
      const answer = await ask({}, trusted, { 'x-forwarded-for': junk });
      expect(answer.statusCode).to.equal(400);
      expect(answer.json().errors[0].field).to.equal('headers.x-forwarded-for');
    });
  }

  it('is believed to nobody unless someone is trusted', async () => {
    const answer = await ask({ trustedProxies: [] }, '127.0.0.1', { 'x-forwarded-for': '203.0.113.7' });
    expect(answer.body).to.equal('127.0.0.1');
  });

  describe('in a header of one proxy alone', () => {
    const integration = { clientAddressHeader: 'x-source-ip' } as const;
    const cdn = { clientAddressHeader: 'cloudfront-viewer-address', originSecret: 'hush' } as const;
    const header = 'cloudfront-viewer-address';

    it('is taken from the trusted peer', async () => {
      expect((await ask(integration, trusted, { 'x-source-ip': '203.0.113.7' })).body).to.equal(
        '203.0.113.7',
      );
      expect((await ask(integration, '198.51.100.9', { 'x-source-ip': '203.0.113.7' })).body).to.equal(
        '198.51.100.9',
      );
    });

    it('must be there and be an address', async () => {
      for (const headers of [
        {},
        { 'x-source-ip': 'junk' },
        { 'x-source-ip': '1.1.1.1, 2.2.2.2' },
        { 'x-forwarded-for': '1.1.1.1' },
      ]) {
        const answer = await ask(integration, trusted, headers as Record<string, string>);
        expect(answer.statusCode).to.equal(400);
        expect(answer.json().errors[0].field).to.equal('headers.x-source-ip');
      }
    });

    for (const [given, expected] of [
      ['203.0.113.7:46532', '203.0.113.7'],
      ['2001:db8::1:46532', '2001:db8::1'],
    ] as const) {
      it(`comes from the CDN as ${given}`, async () => {
        const answer = await ask(cdn, trusted, { [header]: given, 'x-origin-secret': 'hush' });
        expect(answer.body).to.equal(expected);
      });
    }

    const ours = { clientAddressHeader: 'x-viewer-address', originSecret: 'hush' } as const;

    for (const [given, expected] of [
      ['203.0.113.7', '203.0.113.7'],
      ['2001:DB8:0::1', '2001:db8::1'],
    ] as const) {
      it(`comes from our CDN’s function as ${given}`, async () => {
        const answer = await ask(ours, trusted, { 'x-viewer-address': given, 'x-origin-secret': 'hush' });
        expect(answer.body).to.equal(expected);
        const around = await ask(ours, trusted, { 'x-viewer-address': given });
        expect(around.statusCode).to.equal(403);
      });
    }

    it('is refused from whoever goes around the CDN', async () => {
      for (const secret of [{}, { 'x-origin-secret': 'wrong' }, { 'x-origin-secret': '' }]) {
        const answer = await ask(cdn, trusted, { [header]: '203.0.113.7:1', ...secret } as Record<
          string,
          string
        >);
        expect(answer.statusCode).to.equal(403);
      }
      const junk = await ask(cdn, trusted, { [header]: 'junk', 'x-origin-secret': 'hush' });
      expect(junk.statusCode).to.equal(400);
      expect(junk.json().errors[0].field).to.equal(`headers.${header}`);
    });
  });
});
