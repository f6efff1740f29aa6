import { checkOneOf, checkWhole } from '../validation.ts';
import type { DataStoreArgs } from './args.ts';

/** The sets of regions within which a strongly consistent global table must stay (DynamoDB developer guide,
 * "Multi-Region strong consistency"). */
export const regionSets = [
  ['us-east-1', 'us-east-2', 'us-west-2'],
  ['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1'],
  ['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
];

const streams = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'];
const resourceName = /^[A-Za-z0-9_.-]{3,255}$/;

/** Everything that AWS would refuse during the deployment, or accept with another effect than intended. */
export function problemsOf(args: DataStoreArgs): (string | undefined)[] {
  return [...keyProblems(args), ...indexProblems(args), ...optionProblems(args), ...replicaProblems(args)];
}

/** Attributes that appear in a key of the table or of an index; DynamoDB refuses definitions of any other. */
export function keyAttributes(args: DataStoreArgs): string[] {
  const keys = [args, ...(args.indexes ?? [])].flatMap(({ partitionKey, sortKey }) => [
    partitionKey,
    sortKey,
  ]);
  return [...new Set(keys.filter((key) => key !== undefined))].sort();
}

function keyProblems(args: DataStoreArgs): (string | undefined)[] {
  const attributes = keyAttributes(args);
  return [
    attributes.includes('') ? 'a key must name an attribute' : undefined,
    args.sortKey === args.partitionKey
      ? `sortKey must differ from partitionKey "${args.partitionKey}"`
      : undefined,
    ...Object.entries(args.keyTypes ?? {}).flatMap(([attribute, type]) => [
      attributes.includes(attribute) ? undefined : `keyTypes names "${attribute}", which is in no key`,
      checkOneOf(`keyTypes of "${attribute}"`, type, ['S', 'N', 'B']),
    ]),
  ];
}

function indexProblems({ indexes = [] }: DataStoreArgs): (string | undefined)[] {
  const names = indexes.map(({ name }) => name);
  return [
    indexes.length > 20 ? `at most 20 indexes, not ${indexes.length}` : undefined,
    ...names.map((name, at) => (names.indexOf(name) < at ? `index "${name}" is given twice` : undefined)),
    ...indexes.flatMap(({ name, partitionKey, sortKey, attributes }) => [
      resourceName.test(name) ? undefined : `index name "${name}" must be 3–255 characters of A-Za-z0-9_.-`,
      sortKey === partitionKey ? `index "${name}": sortKey must differ from partitionKey` : undefined,
      attributes !== undefined && (attributes.length < 1 || attributes.length > 20)
        ? `index "${name}": attributes must be 1 to 20, not ${attributes.length}`
        : undefined,
    ]),
  ];
}

function optionProblems(args: DataStoreArgs): (string | undefined)[] {
  const { tableName, timeToLive } = args;
  return [
    checkOneOf('stream', args.stream, streams),
    checkWhole('maxReadUnits', args.maxReadUnits, 1, 2 ** 31 - 1),
    checkWhole('maxWriteUnits', args.maxWriteUnits, 1, 2 ** 31 - 1),
    typeof tableName === 'string' && !resourceName.test(tableName)
      ? `tableName "${tableName}" must be 3–255 characters of A-Za-z0-9_.-`
      : undefined,
    timeToLive === '' ? 'timeToLive must name an attribute' : undefined,
    timeToLive !== undefined &&
    keyAttributes(args).includes(timeToLive) &&
    args.keyTypes?.[timeToLive] !== 'N'
      ? `timeToLive "${timeToLive}" is a key that is not a number`
      : undefined,
  ];
}

function replicaProblems(args: DataStoreArgs): (string | undefined)[] {
  const { replicaRegions = [], strongConsistency = false, witnessRegion } = args;
  const twice = replicaRegions.filter((region, at) => replicaRegions.indexOf(region) < at);
  const common = [
    ...twice.map((region) => `replica region ${region} is given twice`),
    args.keyArn !== undefined && replicaRegions.length > 0
      ? 'keyArn is a key of one region, and replicaRegions would need one in each'
      : undefined,
    witnessRegion !== undefined && replicaRegions.includes(witnessRegion)
      ? `witnessRegion ${witnessRegion} is a replica already`
      : undefined,
  ];
  if (strongConsistency) return [...common, ...strongProblems(args)];
  const fedByStream = replicaRegions.length > 0 && args.stream !== undefined;
  return [
    ...common,
    witnessRegion === undefined ? undefined : 'witnessRegion needs strongConsistency',
    fedByStream && args.stream !== 'NEW_AND_OLD_IMAGES'
      ? `replicas need stream NEW_AND_OLD_IMAGES, not ${args.stream}`
      : undefined,
  ];
}

function strongProblems(args: DataStoreArgs): (string | undefined)[] {
  const { replicaRegions = [], witnessRegion } = args;
  const others = witnessRegion === undefined ? replicaRegions : [...replicaRegions, witnessRegion];
  const count = `${replicaRegions.length} ${witnessRegion === undefined ? 'and no' : 'and a'} witnessRegion`;
  const together = regionSets.some((set) => others.every((region) => set.includes(region)));
  return [
    replicaRegions.length === (witnessRegion === undefined ? 2 : 1)
      ? undefined
      : `strongConsistency needs two replicaRegions, or one and a witnessRegion, not ${count}`,
    together ? undefined : `strongConsistency: ${others.join(', ')} are not of one region set`,
    args.timeToLive === undefined ? undefined : 'strongConsistency does not support timeToLive',
  ];
}
