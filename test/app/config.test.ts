import { expect } from 'chai';
import { readSettings } from '../../app/config.ts';
import { tableNames } from '../../contract/tables.ts';
import { tableEnvironment } from '../../local/aws/tables.ts';

const ingest = { INGEST_BUCKET: 'bucket', MEDIA_BUCKET: 'media', INGEST_STATE_MACHINE: 'arn' };
const scans = { SCANS_BUCKET: 'scans', SCAN_STATE_MACHINE: 'scan-arn', JOB_STATE_MACHINE: 'job-arn' };
const complete = { TRELLIS_API_KEY: 'key', ...ingest, ...scans, ...tableEnvironment('some') };

describe('readSettings', () => {
  it('needs no more than the API key and the tables, and has the documented defaults', () => {
    expect(readSettings(complete)).to.deep.equal({
      host: '127.0.0.1',
      port: 8080,
      apiKey: 'key',
      trustedProxies: [],
      clientAddressHeader: 'x-forwarded-for',
      originSecret: undefined,
      streamLeaseSeconds: 90,
      streamHeartbeatSeconds: 30,
      streamIpv6Prefix: 64,
      pageReadUnitsPerSecond: 240,
      drainSeconds: 15,
      logLevel: 'info',
      ingestBucket: 'bucket',
      ingestStateMachine: 'arn',
      mediaBucket: 'media',
      scansBucket: 'scans',
      scanStateMachine: 'scan-arn',
      jobStateMachine: 'job-arn',
      repositoryRules: {
        hosts: ['github.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org'],
        fileUrls: false,
      },
      s3PublicEndpoint: undefined,
      tables: Object.fromEntries(tableNames.map((name) => [name, `some-${name}`])),
    });
  });

  it('reads what is set', () => {
    const settings = readSettings({
      ...complete,
      HOST: '0.0.0.0',
      PORT: '0',
      TRUSTED_PROXIES: ' 10.0.0.0/8, ::1,192.0.2.1 ',
      CLIENT_ADDRESS_HEADER: 'cloudfront-viewer-address',
      ORIGIN_SECRET: 'hush',
      STREAM_LEASE_SECONDS: '2',
      STREAM_HEARTBEAT_SECONDS: '1',
      DRAIN_SECONDS: '0',
      LOG_LEVEL: 'warn',
    });
    expect(settings).to.include({
      host: '0.0.0.0',
      port: 0,
      clientAddressHeader: 'cloudfront-viewer-address',
      originSecret: 'hush',
      streamLeaseSeconds: 2,
      streamHeartbeatSeconds: 1,
      drainSeconds: 0,
      logLevel: 'warn',
    });
    expect(settings.trustedProxies).to.deep.equal(['10.0.0.0/8', '::1', '192.0.2.1']);
  });

  it('names every problem at once', () => {
    const problems = problemsOf({
      PORT: '65536',
      TRUSTED_PROXIES: '10.0.0.0/8, everyone, 1.2.3',
      CLIENT_ADDRESS_HEADER: 'x-real-ip',
      STREAM_LEASE_SECONDS: '30',
      STREAM_HEARTBEAT_SECONDS: '30',
      DRAIN_SECONDS: 'long',
      LOG_LEVEL: 'loud',
      TABLE_PAGE: 'page',
    });
    for (const part of [
      'TRELLIS_API_KEY is required',
      'TABLE_USERS is required',
      'TABLE_STREAMS is required',
      'PORT must be',
      'TRUSTED_PROXIES has "everyone"',
      'TRUSTED_PROXIES has "1.2.3"',
      'CLIENT_ADDRESS_HEADER must be one of',
      'STREAM_HEARTBEAT_SECONDS must be shorter',
      'DRAIN_SECONDS must be',
      'LOG_LEVEL must be one of',
    ]) {
      expect(problems).to.include(part);
    }
    expect(problems).not.to.include('TABLE_PAGE');
  });

  const wrong: [string, Record<string, string>, string][] = [
    ['an empty number', { PORT: '' }, 'PORT must be'],
    ['a fraction', { STREAM_LEASE_SECONDS: '90.5' }, 'STREAM_LEASE_SECONDS must be'],
    ['a number in another notation', { PORT: '0x50' }, 'PORT must be'],
    ['a lease of no time', { STREAM_LEASE_SECONDS: '0' }, 'STREAM_LEASE_SECONDS must be'],
    ['draining beyond the stop timeout', { DRAIN_SECONDS: '41' }, 'DRAIN_SECONDS must be'],
    ['an empty key', { TRELLIS_API_KEY: '' }, 'TRELLIS_API_KEY is required'],
    ['an empty table name', { TABLE_PAGE: '' }, 'TABLE_PAGE is required'],
    ['a CDN without its secret', { CLIENT_ADDRESS_HEADER: 'cloudfront-viewer-address' }, 'ORIGIN_SECRET'],
    ['our CDN without its secret', { CLIENT_ADDRESS_HEADER: 'x-viewer-address' }, 'ORIGIN_SECRET'],
    ['a prefix too long for its address', { TRUSTED_PROXIES: '10.0.0.0/33' }, '10.0.0.0/33'],
  ];
  for (const [name, variables, problem] of wrong) {
    it(`refuses ${name}`, () => {
      expect(problemsOf({ ...complete, ...variables })).to.include(problem);
    });
  }
});

function problemsOf(variables: Record<string, string>): string {
  try {
    readSettings(variables);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the settings were accepted');
}
