import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { work } from 'trellis-components/worker';

const client = new DynamoDBClient();

interface Order {
  id: string;
  cents: number;
}

/** Charges an order once, however often it comes: only the first write finds no item. */
async function charge({ id, cents }: Order): Promise<void> {
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: process.env.CHARGES,
        Key: { order: { S: id } },
        UpdateExpression: 'ADD cents :cents',
        ConditionExpression: 'attribute_not_exists(cents)',
        ExpressionAttributeValues: { ':cents': { N: String(cents) } },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

// A charge mostly waits for the database, so ten run at a time.
await work(({ body }) => charge(JSON.parse(body)), { concurrency: 10 });
