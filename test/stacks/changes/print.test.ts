import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import { changesJson, changesMarkdown, changesText } from '../../../stacks/changes/print.ts';
import { foreseenOf } from './fixture.ts';

class Thing extends pulumi.CustomResource {
  constructor(name: string, args: pulumi.Inputs) {
    super('other:index:Thing', name, args);
  }
}

const queue = (name: string, tags: Record<string, string>) => new aws.sqs.Queue(name, { tags });
const listener = (name: string) =>
  new aws.lb.Listener(name, { loadBalancerArn: 'balancer', port: 80, defaultActions: [] });

/** Tags of two, a listener in the place of another, and a thing of which no table knows anything. */
const change = () =>
  foreseenOf(
    () => {
      queue('one', { team: 'a' });
      queue('two', { team: 'a' });
      listener('http');
      new Thing('thing', { text: 'a|b' });
    },
    () => {
      queue('one', { team: 'b' });
      queue('two', { team: 'b' });
      listener('redirect');
      new Thing('thing', { text: 'c' });
    },
  );

describe('the changes of a stack', () => {
  it('are told at a terminal: conflicts first, tags in one line', async () => {
    const lines = changesText(await change()).split('\n');
    expect(lines.findIndex((line) => line.startsWith('! '))).to.be.lessThan(4);
    expect(lines.at(-1)).to.equal('~ tags alone  of 2 resources: team');
    // Resources that need nothing of each other come in any order.
    expect(lines).to.have.members([
      'stack test: 1 to create, 2 to update, 1 may replace, 1 to delete; 1 in conflict, it cannot go',
      'a month at rest: 1.00 → 2.00 USD',
      '',
      '! port 80 of load balancer balancer  (redirect, http)',
      '    http has it and is deleted last; AWS refuses the new one: DuplicateListener: a listener with the port exists already (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html)',
      '',
      '? may replace  other:index:Thing  thing',
      '    text: a|b → c',
      '    may replace, what replaces other:index:Thing is not known',
      '    not known: no table has facts of other:index:Thing',
      '',
      '+ create  aws:lb/listener:Listener  redirect',
      '    refused by AWS: port 80 of load balancer balancer',
      '',
      '- delete  aws:lb/listener:Listener  http',
      '',
      '~ tags alone  of 2 resources: team',
    ]);
  });

  it('are a table in a pull request', async () => {
    const lines = changesMarkdown(await change()).split('\n');
    expect(lines).to.include.members([
      '**It cannot go:**',
      '| create | `aws:lb/listener:Listener` | `redirect` |  | refused by AWS: port 80 of load balancer balancer |',
      '| may replace | `other:index:Thing` | `thing` | text: a\\|b → c<br>may replace, what replaces other:index:Thing is not known | not known: no table has facts of other:index:Thing |',
      'Tags alone of 2 resources: team.',
    ]);
  });

  it('are told to programs without what only the plan needs', async () => {
    const { changes, conflicts } = JSON.parse(changesJson(await change()));
    for (const one of changes) expect(one).to.have.all.keys('type', 'name', 'action', 'because', 'effect');
    for (const one of conflicts) expect(one).to.have.all.keys('identity', 'resources', 'why');
  });
});
