import { expect } from 'chai';
import { ofType } from '../mocks.ts';
import { added, resourcesOf } from './fixture.ts';

describe('StaticSite with access logs', () => {
  it('delivers them to the bucket, from us-east-1', async () => {
    const args = { accessLogsBucketArn: 'arn:aws:s3:::logs' };
    const deliveries = ['LogDelivery', 'LogDeliveryDestination', 'LogDeliverySource'];
    expect(await added(args)).to.deep.equal(
      deliveries.map((kind) => `aws:cloudwatch/l${kind.slice(1)}:${kind} site-access-logs`),
    );
    const resources = await resourcesOf(args, { region: 'eu-west-1' });
    const inputsOf = (kind: string) =>
      ofType(resources, `aws:cloudwatch/l${kind.slice(1)}:${kind}`)[0]?.inputs ?? {};
    for (const kind of deliveries) expect(inputsOf(kind).region, kind).to.equal('us-east-1');
    expect(inputsOf('LogDeliverySource').logType).to.equal('ACCESS_LOGS');
    expect(inputsOf('LogDeliverySource').resourceArn).to.match(/:distribution\/Esite-cdn-/);
    expect(inputsOf('LogDeliveryDestination').deliveryDestinationConfiguration).to.deep.equal({
      destinationResourceArn: 'arn:aws:s3:::logs',
    });
    expect(inputsOf('LogDelivery').deliverySourceName).to.match(/^site-access-logs-/);
    expect(inputsOf('LogDelivery').deliveryDestinationArn).to.match(
      /^arn:aws:logs:us-east-1:.*site-access-logs-/,
    );
  });
});
