import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ecsClient, seconds } from '../../../../components/fargate-service/release/client.ts';
import type { ProviderSettings } from '../../../../components/fargate-service/release/provider.ts';
import { type Call, serveEcs } from './ecs.ts';

describe("the release check's client", () => {
  it('signs with the keys of the provider, for the region of the service', async () => {
    const [call] = await calls({ accessKey: 'mine', secretKey: 'secret', token: 'token' }, 'eu-central-1');
    expect(call?.signer).to.equal('mine/eu-central-1');
  });

  it('signs with a profile of the provider’s own files, and not with what the environment has', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'trellis-profile-'));
    const files = { config: join(directory, 'config'), credentials: join(directory, 'credentials') };
    writeFileSync(files.config, '[profile deployer]\nregion = eu-west-1\n');
    writeFileSync(
      files.credentials,
      '[deployer]\naws_access_key_id = deployer\naws_secret_access_key = secret\n',
    );
    const settings = {
      profile: 'deployer',
      sharedConfigFiles: [files.config],
      sharedCredentialsFiles: [files.credentials],
    };
    const [call] = await calls(settings, 'eu-central-1');
    expect(call?.signer).to.equal('deployer/eu-central-1');
    await rm(directory, { recursive: true });
  });

  it('reads all files of the provider, of which a later one wins, and leaves out what is not there', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'trellis-profile-'));
    const file = (name: string, text: string) => {
      writeFileSync(join(directory, name), text);
      return join(directory, name);
    };
    const settings = {
      profile: 'deployer',
      sharedConfigFiles: [
        file('config', '[profile deployer]\nsource_profile = base\n'),
        join(directory, 'none'),
        file('more', '[profile base]\nregion = eu-west-1\n'),
      ],
      sharedCredentialsFiles: [
        file('old', '[deployer]\naws_access_key_id = old\naws_secret_access_key = secret'),
        file('new', '[deployer]\naws_access_key_id = new'),
      ],
    };
    const [call] = await calls(settings, 'eu-central-1');
    expect(call?.signer).to.equal('new/eu-central-1');
    await rm(directory, { recursive: true });
  });

  it('assumes the roles of the provider in turn, with all that it says of them', async () => {
    const asked = await calls(
      {
        accessKey: 'mine',
        secretKey: 'secret',
        stsRegion: 'us-east-1',
        assumeRoles: [
          {
            roleArn: 'arn:aws:iam::111111111111:role/gate',
            externalId: 'id',
            duration: '1h30m',
            tags: { team: 'a' },
          },
          {
            roleArn: 'arn:aws:iam::222222222222:role/deploy',
            sessionName: 'up',
            policy: '{}',
            policyArns: ['arn:p'],
          },
        ],
      },
      'eu-central-1',
    );
    expect(asked.map(({ operation, signer }) => `${operation} ${signer}`)).to.deep.equal([
      'AssumeRole mine/us-east-1',
      'AssumeRole gate/us-east-1',
      'DescribeServices deploy/eu-central-1',
    ]);
    expect(asked[0]?.input).to.include({
      RoleArn: 'arn:aws:iam::111111111111:role/gate',
      RoleSessionName: 'release-check',
      ExternalId: 'id',
      DurationSeconds: '5400',
      'Tags.member.1.Key': 'team',
      'Tags.member.1.Value': 'a',
    });
    expect(asked[1]?.input).to.include({
      RoleSessionName: 'up',
      Policy: '{}',
      'PolicyArns.member.1.arn': 'arn:p',
    });
  });

  it('reads durations as Go writes them', () => {
    expect(['15m', '1h', '1h30m', '90s', '0.5h'].map(seconds)).to.deep.equal([900, 3600, 5400, 90, 1800]);
  });
});

/** The calls that one question to ECS costs. */
async function calls(settings: ProviderSettings, region: string): Promise<Call[]> {
  const server = await serveEcs({ DescribeServices: { services: [] } });
  const endpoints = [{ ecs: server.url, sts: server.url }];
  const ecs = await ecsClient({ ...settings, endpoints }, region);
  await ecs.describeServices({ services: ['api'] });
  ecs.destroy();
  await server.close();
  return server.calls;
}
