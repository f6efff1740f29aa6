import { expect } from 'chai';
import { nameOf } from '../../stacks/evaluate/urn.ts';
import { evaluationOf } from '../support/plans.ts';

/** Resources that were renamed, by type and present name. Without their alias a stack that exists would get a new queue
 * and lose the messages of the old one. */
const renamed = {
  'aws:lb/listener:Listener api-http': ['api-redirect'],
  'aws:lb/targetGroup:TargetGroup api-rg': ['api-tg'],
  'aws:cloudwatch/metricAlarm:MetricAlarm ingest-dead-letters': ['ingest-undelivered'],
  'aws:sqs/queue:Queue ingest-dead-letters': ['ingest-undelivered'],
  'aws:sqs/queuePolicy:QueuePolicy ingest-dead-letters': ['ingest-undelivered'],
  'aws:sqs/queue:Queue scans-dead-letters': ['scans-undelivered'],
  'aws:sqs/queuePolicy:QueuePolicy scans-dead-letters': ['scans-undelivered'],
};

describe('a resource that was renamed', () => {
  it('keeps its former name as an alias, and its physical name is Pulumi’s', async () => {
    const { resources } = await evaluationOf('prod');
    // Pulumi's SDK gives some resources aliases of their own, for types that were renamed.
    // The subnets' names are in the tests of the network.
    const aliased = resources.filter(
      ({ urn, name, aliases }) =>
        !urn.includes('$aws:ec2/vpc:Vpc$') && aliases.some((former) => nameOf(former) !== name),
    );
    expect(
      Object.fromEntries(
        aliased.map(({ type, name, aliases }) => [
          `${type} ${name}`,
          aliases.map(nameOf).filter((former) => former !== name),
        ]),
      ),
    ).to.deep.equal(renamed);
    for (const { name, inputs } of aliased) expect(inputs, name).not.to.have.property('name');
    const names = resources.map(({ name }) => name);
    expect(names.filter((name) => name.endsWith('-undelivered'))).to.deep.equal([]);
  });
});
