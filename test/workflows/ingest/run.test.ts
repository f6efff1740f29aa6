import validate from 'asl-validator';
import { expect } from 'chai';
import { ingestDefinition } from '../../../workflows/ingest.ts';
import { announcedKey, args, event, execute } from '../execute-ingest.ts';
import { taskFailed } from '../execute-scan.ts';

const interrupted = 'Your Spot Task was interrupted.';
const noCapacity =
  'Canceled by JobStateTimeLimit action due to reason: CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY';
const tooLarge =
  'Canceled by JobStateTimeLimit action due to reason: MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT';

describe('an ingest on Spot with a queue on demand', () => {
  const onSpot = (attempts: number) => ingestDefinition({ ...args, onDemandQueue: 'on-demand', attempts });

  /** The queues that a file's job was submitted to; each reason fails the next attempt. */
  async function queuesOf(attempts: number, ...reasons: (string | Error)[]) {
    const { state, jobs } = await execute(
      event(announcedKey),
      {
        job: (_, attempt) => {
          const reason = reasons[attempt - 1];
          if (reason !== undefined) throw reason instanceof Error ? reason : taskFailed(reason);
          return {};
        },
      },
      onSpot(attempts),
    );
    // Of a kind that is swept: the sweep is a job of its own, and waits for Spot.
    return [state, ...jobs.filter(({ JobName }) => JobName.startsWith('ingest-')).map((job) => job.JobQueue)];
  }

  it('is valid with one attempt and with more', () => {
    for (const attempts of [1, 3]) {
      const { isValid, errorsText } = validate(onSpot(attempts));
      expect(isValid, errorsText('\n')).to.equal(true);
    }
  });

  it('runs a job on demand that found no capacity or was interrupted, which counts as no attempt', async () => {
    expect(await queuesOf(3)).to.deep.equal(['Committed', 'queue']);
    for (const reason of [noCapacity, interrupted])
      expect(await queuesOf(1, reason)).to.deep.equal(['Committed', 'queue', 'on-demand']);
    expect(await queuesOf(2, noCapacity, 'out of memory', 'out of memory', 'never')).to.deep.equal([
      'Failed',
      'queue',
      'on-demand',
      'on-demand',
    ]);
  });

  it('makes the further attempts of a job that failed by itself on demand, as many as are left', async () => {
    for (const failure of ['out of memory', tooLarge, new Error('no answer of Batch')]) {
      expect(await queuesOf(1, failure, failure)).to.deep.equal(['Failed', 'queue']);
      expect(await queuesOf(3, failure, failure, failure, failure)).to.deep.equal([
        'Failed',
        'queue',
        'on-demand',
        'on-demand',
      ]);
    }
  });
});
