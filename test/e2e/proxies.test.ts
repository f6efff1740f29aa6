import { networkInterfaces } from 'node:os';
import { expect } from 'chai';
import { type Service, startService } from '../support/service.ts';
import { freshTables } from '../support/tables.ts';

/** A trusted proxy is the peer 127.0.0.1; that the same header from a stranger is nothing needs the second service. */
describe('behind proxies', () => {
  const running: Service[] = [];
  after(() => Promise.all(running.map((service) => service.stop())));

  async function start(trusted: string, host = '127.0.0.1'): Promise<Service> {
    const service = await startService(await freshTables(), { TRUSTED_PROXIES: trusted, HOST: host });
    running.push(service);
    return host === '::' ? { ...service, url: `http://[::1]:${service.port}` } : service;
  }

  const acquire = (service: Service, forwarded: string) =>
    fetch(`${service.url}/api/v1/stream`, { method: 'POST', headers: { 'x-forwarded-for': forwarded } });
  const active = async (service: Service, forwarded: string) => {
    const answer = await fetch(`${service.url}/api/v1/streams`, {
      headers: { 'x-forwarded-for': forwarded },
    });
    return ((await answer.json()) as { active: number }).active;
  };

  it('the viewer is the rightmost address that no trusted proxy has', async () => {
    const service = await start('127.0.0.1');
    for (const forged of ['1.1.1.1', '2.2.2.2', 'junk']) {
      expect((await acquire(service, `${forged}, 203.0.113.7`)).status).to.equal(201);
    }
    expect((await acquire(service, '3.3.3.3, 203.0.113.7')).status).to.equal(409);
    expect(await active(service, '203.0.113.7')).to.equal(3);
    expect(await active(service, '1.1.1.1')).to.equal(0);
    expect(await active(service, '::ffff:203.0.113.7')).to.equal(3);
  });

  it('nobody is believed who is not trusted', async () => {
    const service = await start('10.0.0.0/8');
    for (const address of ['203.0.113.1', '203.0.113.2', 'junk']) {
      expect((await acquire(service, address)).status).to.equal(201);
    }
    expect((await acquire(service, '203.0.113.4')).status).to.equal(409);
  });

  /** A stack without IPv4 for tasks: the load balancer comes from the VPC's IPv6 range. */
  describe('over IPv6', () => {
    before(function () {
      const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
      if (!addresses.some(({ address }) => address === '::1')) this.skip();
    });

    it('the viewer is the network of the rightmost address that no trusted proxy has', async () => {
      // In a stack the first range is that of IPv4, from which nothing comes but the container's own health check.
      const service = await start('10.0.0.0/16,::/127', '::');
      for (const forged of [
        '2001:db8:9::1, 2001:db8:0:7::1',
        '::1, 2001:DB8:0:7:0::2',
        'junk, 2001:db8:0:7:f::',
      ]) {
        expect((await acquire(service, forged)).status, forged).to.equal(201);
      }
      expect((await acquire(service, '::1, 2001:db8:0:7::9, ::1')).status).to.equal(409);
      expect(await active(service, '2001:db8:0:7:abcd::')).to.equal(3);
      expect(await active(service, '2001:db8:9::1')).to.equal(0);
      expect(await active(service, '2001:db8:0:8::1')).to.equal(0);
      expect((await acquire(service, '[2001:db8::1]:443')).status).to.equal(400);
    });

    it('nobody is believed who is not trusted, and IPv4 is another address of the same service', async () => {
      const service = await start('2600:1f18:1234:5600::/56,10.0.0.0/16', '::');
      for (const address of ['2001:db8::1', '2600:1f18:1234:5600::1', 'junk']) {
        expect((await acquire(service, address)).status).to.equal(201);
      }
      expect((await acquire(service, '203.0.113.4')).status).to.equal(409);
      const overIpv4 = { ...service, url: `http://127.0.0.1:${service.port}` };
      expect(await active(overIpv4, '::1')).to.equal(0);
    });
  });

  it('junk from a trusted proxy is 400 and names the header', async () => {
    const service = await start('127.0.0.0/8');
    for (const junk of ['junk', '1.2.3.4, 999.1.1.1', '203.0.113.7:8080']) {
      const answer = await acquire(service, junk);
      expect(answer.status).to.equal(400);
      expect(await answer.json()).to.have.nested.property('errors[0].field', 'headers.x-forwarded-for');
    }
  });
});
