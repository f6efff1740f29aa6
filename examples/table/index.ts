import * as aws from '@pulumi/aws';
import { DataStore } from 'trellis-components';

// Orders by customer, and by day through a global index.
const orders = new DataStore('orders', {
  partitionKey: 'customer',
  sortKey: 'order',
  indexes: [{ name: 'by-day', partitionKey: 'day', sortKey: 'order' }],
  keyTypes: { order: 'N' },
  timeToLive: 'expires',
  // More is throttled, and not billed.
  maxReadUnits: 500,
  maxWriteUnits: 500,
});

const assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: 'lambda.amazonaws.com' });
const shop = new aws.iam.Role('shop', { assumeRolePolicy });
const report = new aws.iam.Role('report', { assumeRolePolicy });

// The shop may put orders and change them, and the report may ask for those of a day; neither may do more.
orders.grant('shop', shop, ['PutItem', 'UpdateItem']);
orders.grantRead('report', report);

export const table = orders.tableName;
