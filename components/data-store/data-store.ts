import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type Grantee, grantTo } from '../grants.ts';
import { type PolicyStatement, policyDocument } from '../iam.ts';
import { useKey } from '../key-use.ts';
import { assertValid } from '../validation.ts';
import { type DataStoreAction, readActions, readWriteActions, statementOf } from './actions.ts';
import type { DataStoreArgs } from './args.ts';
import { keyAttributes, problemsOf } from './validate.ts';

/**
 * A DynamoDB table that is billed by request, encrypted, and by default protected from deletion and restorable to any
 * second of the last 35 days.
 *
 * ```ts
 * const users = new DataStore('users', { partitionKey: 'username' });
 * users.grantRead('report', reportRole);
 * ```
 *
 * Costs nothing at rest but storage (0.25 USD per GB and month in us-east-1) and, unless switched off, point-in-time
 * recovery (0.20 USD). Each principal needs a grant. Encrypted with a key of DynamoDB's own, which is
 * free, or with `keyArn`.
 *
 * Children: `<name>-table` (aws:dynamodb/table:Table) and, for each grant, `<name>-<grantee>` (aws:iam/rolePolicy:RolePolicy).
 */
export class DataStore extends pulumi.ComponentResource {
  readonly table: aws.dynamodb.Table;
  readonly tableName: pulumi.Output<string>;
  readonly tableArn: pulumi.Output<string>;
  /** ARN of the stream; undefined when the table has none. */
  readonly streamArn: pulumi.Output<string> | undefined;
  /** The policy that `grantRead` gives, as JSON. */
  readonly readPolicyJson: pulumi.Output<string>;
  /** The policy that `grantReadWrite` gives, as JSON. */
  readonly readWritePolicyJson: pulumi.Output<string>;

  constructor(name: string, args: DataStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    assertValid('DataStore', name, problemsOf(args));
    super('trellis:index:DataStore', name, {}, opts);
    const protect = args.deletionProtection ?? true;
    hidden.set(this, {
      name,
      keyArn: args.keyArn,
      indexNames: (args.indexes ?? []).map((index) => index.name),
    });
    this.table = new aws.dynamodb.Table(`${name}-table`, tableArgs(args), { parent: this, protect });
    this.tableName = this.table.name;
    this.tableArn = this.table.arn;
    this.streamArn = streamOf(args) === undefined ? undefined : this.table.streamArn;
    this.readPolicyJson = policyDocument([this.statement(readActions), ...this.keyStatements()]);
    this.readWritePolicyJson = policyDocument([this.statement(readWriteActions), ...this.keyStatements()]);
    this.registerOutputs({
      tableName: this.tableName,
      tableArn: this.tableArn,
      ...(this.streamArn === undefined ? {} : { streamArn: this.streamArn }),
    });
  }

  /** Lets a role read items by key and by query. Scan is not included: it reads the whole table and is billed for it. */
  grantRead(grantee: string, role: Grantee): aws.iam.RolePolicy {
    return this.grant(grantee, role, readActions);
  }

  /** Lets a role read as `grantRead` does, and write items. */
  grantReadWrite(grantee: string, role: Grantee): aws.iam.RolePolicy {
    return this.grant(grantee, role, readWriteActions);
  }

  /**
   * Lets a role do these actions only.
   *
   * @param grantee the owner of the role; the policy is called `<name>-<grantee>`
   * @param actions names without the prefix, such as `GetItem`; transactions need the actions they consist of
   */
  grant(grantee: string, role: Grantee, actions: DataStoreAction[]): aws.iam.RolePolicy {
    const statements = [this.statement(actions), ...this.keyStatements()];
    return grantTo(this, `${hiddenOf(this).name}-${grantee}`, role, statements);
  }

  /** The same permission as a statement, for components that put all statements of a role into one policy. */
  statement(actions: DataStoreAction[]): PolicyStatement {
    const { name, indexNames } = hiddenOf(this);
    return statementOf(name, this.tableArn, indexNames, actions);
  }

  /** The permission to use the table's customer key, which `statement` needs beside it; none without `keyArn`. */
  keyStatements(): PolicyStatement[] {
    return useKey(hiddenOf(this).keyArn, 'use tables', { parent: this });
  }
}

interface Hidden {
  name: string;
  keyArn: pulumi.Input<string> | undefined;
  indexNames: string[];
}

/** What grants need to know. They are kept outside of the class, since Pulumi makes each field, private ones too, an
 * output in every language. */
const hidden = new WeakMap<DataStore, Hidden>();

function hiddenOf(store: DataStore): Hidden {
  return hidden.get(store) as Hidden;
}

function tableArgs(args: DataStoreArgs): aws.dynamodb.TableArgs {
  const throughput = throughputOf(args);
  const stream = streamOf(args);
  return {
    name: args.tableName,
    billingMode: 'PAY_PER_REQUEST',
    hashKey: args.partitionKey,
    rangeKey: args.sortKey,
    attributes: keyAttributes(args).map((name) => ({ name, type: args.keyTypes?.[name] ?? 'S' })),
    globalSecondaryIndexes: args.indexes?.map((index) => ({
      name: index.name,
      keySchemas: [
        { attributeName: index.partitionKey, keyType: 'HASH' },
        ...(index.sortKey === undefined ? [] : [{ attributeName: index.sortKey, keyType: 'RANGE' }]),
      ],
      projectionType: index.attributes === undefined ? 'ALL' : 'INCLUDE',
      nonKeyAttributes: index.attributes,
      onDemandThroughput: throughput,
    })),
    ttl: args.timeToLive === undefined ? undefined : { attributeName: args.timeToLive, enabled: true },
    onDemandThroughput: throughput,
    streamEnabled: stream === undefined ? undefined : true,
    streamViewType: stream,
    pointInTimeRecovery: { enabled: args.pointInTimeRecovery ?? true },
    deletionProtectionEnabled: args.deletionProtection ?? true,
    serverSideEncryption: args.keyArn === undefined ? undefined : { enabled: true, kmsKeyArn: args.keyArn },
    replicas: replicasOf(args),
    globalTableWitness: args.witnessRegion === undefined ? undefined : { regionName: args.witnessRegion },
    tags: args.tags,
  };
}

function throughputOf({ maxReadUnits, maxWriteUnits }: DataStoreArgs) {
  if (maxReadUnits === undefined && maxWriteUnits === undefined) return undefined;
  // DynamoDB writes -1 for "no cap"; without a value the table would keep its present cap.
  return { maxReadRequestUnits: maxReadUnits ?? -1, maxWriteRequestUnits: maxWriteUnits ?? -1 };
}

/** What the stream holds. Eventually consistent replicas are filled from it; strongly consistent ones are not. */
function streamOf({ stream, replicaRegions = [], strongConsistency }: DataStoreArgs): string | undefined {
  return (
    stream ?? (replicaRegions.length > 0 && strongConsistency !== true ? 'NEW_AND_OLD_IMAGES' : undefined)
  );
}

function replicasOf(args: DataStoreArgs): aws.types.input.dynamodb.TableReplica[] | undefined {
  return args.replicaRegions?.map((regionName) => ({
    regionName,
    consistencyMode: args.strongConsistency === true ? 'STRONG' : 'EVENTUAL',
    pointInTimeRecovery: args.pointInTimeRecovery ?? true,
    deletionProtectionEnabled: args.deletionProtection ?? true,
    propagateTags: true,
  }));
}
