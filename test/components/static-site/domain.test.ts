import { expect } from 'chai';
import type { StaticSiteDomainArgs } from '../../../components/static-site/index.ts';
import { StaticSite } from '../../../components/static-site/index.ts';
import { only, record } from '../mocks.ts';
import { added, directoryOf, distribution, resourcesOf } from './fixture.ts';

const record53 = 'aws:route53/record:Record';

describe('StaticSite with a domain', () => {
  const name = 'www.example.com';
  const inZone = { name, hostedZoneId: 'Z1' };

  it('gets a certificate in us-east-1, proven in the zone, and records', async () => {
    expect(await added({ domain: inZone })).to.deep.equal([
      'aws:acm/certificate:Certificate site-certificate',
      'aws:acm/certificateValidation:CertificateValidation site-certificate',
      `${record53} site-a`,
      `${record53} site-aaaa`,
      `${record53} site-certificate`,
    ]);
    const resources = await resourcesOf({ domain: inZone }, { region: 'eu-west-1' });
    expect(only(resources, 'aws:acm/certificate:Certificate').inputs).to.deep.equal({
      region: 'us-east-1',
      domainName: name,
      validationMethod: 'DNS',
      tags: {},
    });
    expect(only(resources, record53, 'site-certificate').inputs).to.deep.equal({
      zoneId: 'Z1',
      name: `_proof.${name}.`,
      type: 'CNAME',
      records: ['_proof.acm-validations.aws.'],
      ttl: 300,
      allowOverwrite: true,
    });
    const validation = only(resources, 'aws:acm/certificateValidation:CertificateValidation');
    expect(validation.inputs).to.deep.include({
      region: 'us-east-1',
      validationRecordFqdns: [`_proof.${name}`],
    });
  });

  it('takes further names: one certificate, proven for each, and records of each', async () => {
    const domain = { ...inZone, otherNames: ['example.com'] };
    expect(await added({ domain })).to.deep.equal([
      'aws:acm/certificate:Certificate site-certificate',
      'aws:acm/certificateValidation:CertificateValidation site-certificate',
      `${record53} site-a`,
      `${record53} site-a-example.com`,
      `${record53} site-aaaa`,
      `${record53} site-aaaa-example.com`,
      `${record53} site-certificate`,
      `${record53} site-certificate-example.com`,
    ]);
    const resources = await resourcesOf({ domain });
    const { inputs } = only(resources, 'aws:acm/certificate:Certificate');
    expect(inputs.subjectAlternativeNames).to.deep.equal(['example.com']);
    expect(only(resources, record53, 'site-certificate-example.com').inputs.name).to.equal(
      '_proof.example.com.',
    );
    expect(only(resources, record53, 'site-aaaa-example.com').inputs).to.deep.include({
      name: 'example.com',
    });
    expect(only(resources, distribution).inputs.aliases).to.deep.equal([name, 'example.com']);
    const validation = only(resources, 'aws:acm/certificateValidation:CertificateValidation');
    expect(validation.inputs.validationRecordFqdns).to.deep.equal([`_proof.${name}`, '_proof.example.com']);
  });

  it('answers to the name over TLS 1.2 or later, not before the certificate is proven', async () => {
    const { inputs, options } = only(await resourcesOf({ domain: inZone }), distribution);
    expect(inputs.aliases).to.deep.equal([name]);
    expect(inputs.viewerCertificate).to.deep.include({
      sslSupportMethod: 'sni-only',
      minimumProtocolVersion: 'TLSv1.2_2021',
    });
    expect(inputs)
      .to.have.nested.property('viewerCertificate.acmCertificateArn')
      .that.matches(/^arn:aws:acm:us-east-1:123456789012:certificate\//);
    expect(options.dependsOn).to.include('site-certificate');
  });

  it('points the name at the distribution for IPv4 and IPv6', async () => {
    const resources = await resourcesOf({ domain: inZone });
    for (const [record, type] of [
      ['site-a', 'A'],
      ['site-aaaa', 'AAAA'],
    ]) {
      const { inputs } = only(resources, record53, record);
      expect(inputs).to.deep.include({ zoneId: 'Z1', name, type });
      expect(inputs)
        .to.have.nested.property('aliases[0].name')
        .that.matches(/^site-cdn-.*\.cloudfront\.net$/);
      expect(inputs).to.have.nested.property('aliases[0].zoneId', 'Z2FDTNDATAQYW2');
    }
  });

  it('takes a certificate, and leaves the records to others where it has no zone', async () => {
    const certificateArn = 'arn:aws:acm:us-east-1:1:certificate/x';
    expect(await added({ domain: { name, certificateArn } })).to.deep.equal([]);
    const { inputs } = only(await resourcesOf({ domain: { name, certificateArn } }), distribution);
    expect(inputs).to.have.nested.property('viewerCertificate.acmCertificateArn', certificateArn);
    expect(await added({ domain: { ...inZone, certificateArn } })).to.deep.equal([
      `${record53} site-a`,
      `${record53} site-aaaa`,
    ]);
  });

  it('has the name in its URL', async () => {
    const urlOf = async (domain: StaticSiteDomainArgs) =>
      (await record(() => ({ url: new StaticSite('site', { directory: directoryOf(), domain }).url })))
        .outputs.url;
    expect(await urlOf(inZone)).to.equal(`https://${name}`);
  });
});
