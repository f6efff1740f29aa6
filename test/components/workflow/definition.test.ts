import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import { placeholder, substitute } from '../../../components/workflow/index.ts';
import { resourcesOf, shorten } from '../ingest-pipeline/fixture.ts';
import { only, record, resolved } from '../mocks.ts';

const text = (definition: pulumi.Input<string>, values: { [name: string]: pulumi.Input<string> }) =>
  resolved(substitute(definition, values));

describe('a definition of one’s own', () => {
  it('gets the names that it has placeholders for, as JSON, and keeps all else', async () => {
    const path = JSON.stringify({ a: '$.x', b: '$$.y', c: "States.Format('{}', $.z)", d: '{% $x %}' });
    expect(await text(path, {})).to.equal(path);
    const two = JSON.stringify({ a: placeholder('queue'), b: `x-${placeholder('job.lint')}` });
    const values = { queue: pulumi.output('a"\\\n'), 'job.lint': 'lint:1', unused: 'u' };
    expect(JSON.parse(await text(pulumi.output(two), values))).to.deep.equal({ a: 'a"\\\n', b: 'x-lint:1' });
  });

  it('is refused when it has a placeholder of another name', async () => {
    const refused = await record(() => substitute(placeholder('queu'), { queue: 'q', bucket: 'b' })).then(
      () => undefined,
      (error: Error) => error.message,
    );
    expect(refused).to.contain(
      `definition: ${placeholder('queu')} has no value; there are values for queue, bucket`,
    );
  });

  it('takes the place of IngestPipeline’s, with its permissions and events', async () => {
    const names = ['ledgerTable', 'jobQueue', 'jobDefinition', 'failureQueueUrl', 'eventBusName'];
    const given = { definition: JSON.stringify(names.map(placeholder)) };
    const machine = only(await resourcesOf(given), 'aws:sfn/stateMachine:StateMachine').inputs;
    expect(shorten(JSON.parse(String(machine.definition)))).to.equal(
      '[ledger,batch:job-queue/ingest-jobs-queue,batch:job-definition/ingest-jobs-ingest:1,' +
        'https://sqs.us-east-1.amazonaws.com/123456789012/ingest-failures,default]',
    );
    const others = (await resourcesOf(given)).filter(
      ({ type }) => type !== 'aws:sfn/stateMachine:StateMachine',
    );
    const ours = (await resourcesOf()).filter(({ type }) => type !== 'aws:sfn/stateMachine:StateMachine');
    expect(others).to.deep.equal(ours);
  });
});
