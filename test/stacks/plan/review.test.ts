import { expect } from 'chai';
import { review, reviewText } from '../../../stacks/plan/review.ts';
import { planOf } from '../../support/plans.ts';

describe('the review of a plan', () => {
  it('holds stacks that protect their data to the rules of production', async () => {
    expect(review(await planOf('dev')).level).to.equal('baseline');
    expect(review(await planOf('prod')).level).to.equal('production');
  });

  it('says which rule a setting breaks, and where', async () => {
    const text = reviewText(review(await planOf('prod', ['data.pointInTimeRecovery=false']))).join('\n');
    expect(text).to.match(/policy: \d+ rules \(production\), broken 9 times/);
    expect(text).to.match(/^ {2}DynamoDB\.2 {2}users-table: /m);
    expect(text).to.contain('  and 0.5 for logs, per GB');
  });
});
