import { IngestPipeline, type IngestPipelineArgs } from '../../../components/ingest-pipeline/index.ts';
import { only, type PlannedResource, record, statements } from '../mocks.ts';

type RecordOptions = NonNullable<Parameters<typeof record>[1]>;

export const topic = 'arn:aws:sns:us-east-1:123456789012:alarms';

export const variables = {
  id: 'ID',
  kind: 'KIND',
  key: 'KEY',
  version: 'VERSION',
  partial: 'PARTIAL',
  execution: 'EXECUTION',
  bucket: 'BUCKET',
};

export const placement = { vpcId: 'vpc-1', subnetIds: ['subnet-a', 'subnet-b'] };
export const uri = `123456789012.dkr.ecr.us-east-1.amazonaws.com/app@sha256:${'1'.repeat(64)}`;

/** The least that a pipeline needs. */
export const least: IngestPipelineArgs = {
  prefix: 'incoming/',
  kinds: ['prices'],
  ledgerTableName: 'ledger',
  ledgerTableArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/ledger',
  placement,
  image: { uri },
  variables,
  sizeClasses: [
    { name: 'Small', maxBytes: 1000, vcpu: 0.25, memoryMiB: 512, timeoutSeconds: 900 },
    { name: 'Large', vcpu: 1, memoryMiB: 2048, timeoutSeconds: 7200 },
  ],
};

export const slack = { channel: 'C0123456789', token: 'xoxb-1' };

/** Registers a pipeline `ingest` and tells what it registered. */
export async function resourcesOf(
  args: Partial<IngestPipelineArgs> = {},
  options: RecordOptions = {},
): Promise<PlannedResource[]> {
  const { resources } = await record(() => void new IngestPipeline('ingest', { ...least, ...args }), options);
  return resources;
}

/** A text without partition, region and account of its ARNs and without Pulumi's random suffixes. */
export function shorten(text: unknown): string {
  return JSON.stringify(text)
    .replace(/arn:aws:([a-z0-9]+):[a-z0-9-]*:\d*:/g, '$1:')
    .replace(/-[0-9a-f]{7}\b/g, '')
    .replaceAll('"', '');
}

/** `actions on resources` of each statement of a role's policy. */
export function permissions(resources: PlannedResource[], policy: string): string[] {
  const found = resources.find(({ type, name }) => type.endsWith(':RolePolicy') && name === policy);
  return statements(found?.inputs.policy).map(
    ({ Action, Resource }) => `${[Action].flat().join(' ')} on ${shorten(Resource)}`,
  );
}

export const pattern = (resources: PlannedResource[], name: string) =>
  shorten(
    JSON.parse(String(only(resources, 'aws:cloudwatch/eventRule:EventRule', name).inputs.eventPattern)),
  );

export const target = (resources: PlannedResource[], name: string) =>
  only(resources, 'aws:cloudwatch/eventTarget:EventTarget', name).inputs;
