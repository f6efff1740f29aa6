import { expect } from 'chai';
import { endpointsFor, loopbackOrigin } from '../../../stacks/rehearse/endpoints.ts';
import { unexplainedLeft } from '../../../stacks/rehearse/gaps.ts';

describe('the endpoints of a rehearsal', () => {
  it('are on this machine', () => {
    const good = [
      'http://127.0.0.1:5000',
      'http://localhost:4566/',
      'https://[::1]:5000',
      'http://127.1.2.3',
    ];
    expect(good.map(loopbackOrigin)).to.deep.equal([
      'http://127.0.0.1:5000',
      'http://localhost:4566',
      'https://[::1]:5000',
      'http://127.1.2.3',
    ]);
    const bad = [
      'https://ecs.us-east-1.amazonaws.com',
      'http://127.0.0.1.example.com:5000',
      'http://localhost.example.com',
      'http://10.0.0.1:5000',
      'http://0.0.0.0:5000',
      'http://user@localhost:5000',
      'http://localhost:5000/path',
      'file:///tmp',
      'localhost:5000',
    ];
    expect(bad.map(loopbackOrigin)).to.deep.equal(bad.map(() => undefined));
  });

  it('are of the services that the resources belong to, by the provider’s names', () => {
    const types = [
      'aws:lb/listener:Listener',
      'aws:vpc/x:X',
      'aws:cloudwatch/eventRule:EventRule',
      'random:index/x:X',
    ];
    expect(endpointsFor(types, 'http://e').map(Object.keys)).to.deep.equal([
      ['cloudwatch', 'cloudwatchlogs', 'ec2', 'elbv2', 'eventbridge', 'sts'],
    ]);
  });
});

describe('what a rehearsal leaves', () => {
  it('is explained where AWS keeps it too, and nothing else is', () => {
    const queue = 'arn:aws:sqs:us-east-1:123456789012:ingest-failures';
    const kept = [
      'arn:aws:kms:us-east-1:123456789012:key/1',
      'arn:aws:ecs:us-east-1:123456789012:task-definition/a:1',
    ];
    expect(unexplainedLeft([...kept, queue])).to.deep.equal([queue]);
  });
});
