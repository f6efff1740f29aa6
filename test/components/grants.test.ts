import { expect } from 'chai';
import { ContainerImage } from '../../components/container-image/index.ts';
import { IngestPipeline } from '../../components/ingest-pipeline/index.ts';
import { ScanPipeline } from '../../components/scan-pipeline/index.ts';
import { StaticSite } from '../../components/static-site/index.ts';
import { readFolders } from '../../scripts/reference/sources.ts';
import { least } from './ingest-pipeline/fixture.ts';
import { ofType, record, statements } from './mocks.ts';
import { directoryOf } from './static-site/fixture.ts';

const keyArn = 'arn:aws:kms:us-east-1:123456789012:key/1';

/** Grants whose permissions the caller chooses, so that no policy could stand for them. */
const chosen = ['grant', 'grantJobRole', 'grantTaskRole'];

interface Granted {
  /** Statements by the name of the policy. */
  policies: Record<string, string[]>;
  /** The same of the outputs for other languages. */
  outputs: Record<string, string[]>;
}

async function granted(make: () => Record<string, unknown>): Promise<Granted> {
  const { resources, outputs } = await record(make);
  const described = (policy: unknown) =>
    statements(policy).map(({ Action, Resource }) => `${[Action].flat().join(' ')} on ${shorten(Resource)}`);
  const own = ofType(resources, 'aws:iam/rolePolicy:RolePolicy').filter(({ name }) => name.includes('-api-'));
  return {
    policies: Object.fromEntries(own.map(({ name, inputs }) => [name, described(inputs.policy)])),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, policy]) => [name, described(policy)])),
  };
}

function shorten(resource: unknown): string {
  return [resource]
    .flat()
    .map((arn) =>
      String(arn)
        .replace(/^arn:aws:(\w+):.*?:.*?:/, '$1:')
        .replace(/-[0-9a-f]{7}\b/g, ''),
    )
    .join(', ');
}

describe('grants', () => {
  it('have one shape, and a policy of the same name for other languages', () => {
    const found = readFolders()
      .flatMap(({ components }) => components)
      .flatMap(({ name: component, methods, outputs }) =>
        methods
          .map(({ name }) => /^(grant\w*)\((.*)\)$/.exec(name) ?? [])
          .filter(([, name = '']) => name !== '' && !chosen.includes(name))
          .map(([, name = '', parameters = '']) => {
            const use = name.charAt(5).toLowerCase() + name.slice(6);
            expect(parameters, `${component}.${name}`).to.match(/^grantee: string, role: Grantee(, |$)/);
            expect(outputs.map((output) => output.name)).to.include(`${use}PolicyJson`);
            return `${component} ${use}`;
          }),
      );
    expect(found).to.deep.equal([
      'ContainerImage pull',
      'DataStore read',
      'DataStore readWrite',
      'IngestPipeline upload',
      'IngestPipeline read',
      'IngestPipeline start',
      'JobQueue submit',
      'AlarmTopic publish',
      'PrivateBucket read',
      'PrivateBucket readWrite',
      'Queue send',
      'Queue consume',
      'ScanPipeline start',
      'ScanPipeline read',
      'ScheduledTask start',
      'Secret read',
      'StaticSite write',
    ]);
  });

  it('of an image: to pull it, unless it is elsewhere than in ECR', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const { policies, outputs } = await granted(() => {
      const image = new ContainerImage('app', { digest });
      image.grantPull('api', 'role');
      const elsewhere = new ContainerImage('other', { digest: `public.ecr.aws/nginx/nginx@${digest}` });
      expect(elsewhere.pullPolicyJson).to.equal(undefined);
      expect(() => elsewhere.grantPull('api', 'role')).to.throw(
        'ContainerImage "other": the image is not in ECR',
      );
      return { pull: image.pullPolicyJson };
    });
    const pull = [
      'ecr:GetAuthorizationToken on *',
      'ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer on ecr:repository/app-repository',
    ];
    expect(policies).to.deep.equal({ 'app-api-pull': pull });
    expect(outputs).to.deep.equal({ pull });
  });

  it('of an ingest pipeline: to upload, to read, and to start again', async () => {
    const { policies, outputs } = await granted(() => {
      const pipeline = new IngestPipeline('ingest', { ...least, outputPrefixes: ['rejects/'], keyArn });
      pipeline.grantUpload('api', 'role');
      pipeline.grantRead('api', 'role');
      pipeline.grantStart('api', 'role');
      const { uploadPolicyJson: upload, readPolicyJson: read, startPolicyJson: start } = pipeline;
      return { upload, read, start };
    });
    const upload = ['s3:PutObject on s3:ingest-files/incoming/*'];
    const writeKey = ['kms:Decrypt kms:GenerateDataKey on kms:key/1'];
    const read = [
      's3:GetObject on s3:ingest-files/incoming/*, s3:ingest-files/rejects/*',
      's3:ListBucket on s3:ingest-files',
    ];
    const readKey = ['kms:Decrypt on kms:key/1'];
    const start = ['states:StartExecution on states:stateMachine:ingest-state-machine'];
    expect(policies).to.deep.equal({
      'ingest-api-upload': upload,
      'ingest-api-upload-key-use': writeKey,
      'ingest-api-read': read,
      'ingest-api-read-key-use': readKey,
      'ingest-api-start': start,
    });
    expect(outputs).to.deep.equal({
      upload: [...upload, ...writeKey],
      read: [...read, ...readKey],
      start,
    });
  });

  it('of a scan pipeline: to start, and to read what was found', async () => {
    const { policies, outputs } = await granted(() => {
      const { ledgerTableName: table, ledgerTableArn: arn, placement, image } = least;
      const pipeline = new ScanPipeline('scans', {
        scansTableName: table,
        scansTableArn: arn,
        jobsTableName: table,
        jobsTableArn: arn,
        kinds: ['fetch', 'scanner', 'summary'].map((part) => ({
          name: part,
          part,
          command: ['true'],
          vcpu: 0.25,
          memoryMiB: 512,
          timeoutSeconds: 60,
          attempts: 1,
          reads: [],
          writes: [],
        })),
        variables: { output: 'OUTPUT', arguments: 'ARGUMENTS', bucket: 'BUCKET' },
        event: { source: 'test.scans', detailType: 'Finished' },
        placement,
        image,
      });
      pipeline.grantStart('api', 'role');
      pipeline.grantRead('api', 'role');
      return { start: pipeline.startPolicyJson, read: pipeline.readPolicyJson };
    });
    const start = [
      'states:StartExecution on states:stateMachine:scans-scan, states:stateMachine:scans-launch',
    ];
    const read = [
      's3:GetObject on s3:scans-files/scans/*/summary.json, s3:scans-files/jobs/*',
      's3:ListBucket on s3:scans-files',
    ];
    expect(policies).to.deep.equal({ 'scans-api-start': start, 'scans-api-read': read });
    expect(outputs).to.deep.equal({ start, read });
  });

  it('of a site: to write objects, and to drop the copies of the CDN', async () => {
    const { policies, outputs } = await granted(() => {
      const site = new StaticSite('site', { directory: directoryOf() });
      site.grantWrite('api', 'role', ['reports/*']);
      return { write: site.writePolicyJson };
    });
    const rest = [
      's3:ListBucket on s3:site-bucket',
      'cloudfront:CreateInvalidation cloudfront:GetInvalidation on cloudfront:distribution/Esite-cdn',
    ];
    const objects = 's3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:PutObject on';
    expect(policies).to.deep.equal({ 'site-api-write': [`${objects} s3:site-bucket/reports/*`, ...rest] });
    expect(outputs).to.deep.equal({ write: [`${objects} s3:site-bucket/*`, ...rest] });
  });
});
