import { expect } from 'chai';
import fc from 'fast-check';
import { coalesce } from '../../../app/page/coalesce.ts';

/** A source whose reads are answered by the test, each with the value that was current when the read was sent. */
function source() {
  const sent: { answer(): void; fail(): void; done: boolean }[] = [];
  let value = 0;
  const read = () =>
    new Promise<number>((resolve, reject) => {
      const seen = value;
      sent.push({
        done: false,
        answer() {
          this.done = true;
          resolve(seen);
        },
        fail() {
          this.done = true;
          reject(new Error('no answer'));
        },
      });
    });
  return { read, sent, write: () => ++value };
}

/** Long enough for whatever is to happen by itself: a read is sent a turn of the event loop after its call. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('coalesce', () => {
  it('sends a lone read by itself', async () => {
    const { read, sent } = source();
    const result = coalesce(read)();
    await settled();
    expect(sent).to.have.length(1);
    sent[0]?.answer();
    expect(await result).to.equal(0);
  });

  it('lets whoever calls during a read wait for the next one, and shares that', async () => {
    const { read, sent, write } = source();
    const shared = coalesce(read);
    const first = shared();
    await settled();
    write();
    const late = [shared(), shared(), shared()];
    await settled();
    expect(sent).to.have.length(1);
    sent[0]?.answer();
    await settled();
    expect(sent).to.have.length(2);
    sent[1]?.answer();
    expect(await first).to.equal(0);
    expect(await Promise.all(late)).to.deep.equal([1, 1, 1]);
    expect(sent).to.have.length(2);
  });

  it('rests after a read for as long as its value says, and shares the read after that', async () => {
    const { read, sent, write } = source();
    const rests: number[] = [];
    let wake = () => {};
    const wait = (milliseconds: number) => {
      rests.push(milliseconds);
      return new Promise<void>((resolve) => {
        wake = resolve;
      });
    };
    const shared = coalesce(read, { rest: (value) => 1e6 * (value + 1), wait });
    const first = shared();
    await settled();
    sent[0]?.answer();
    await first;
    const early = shared();
    await settled();
    write();
    const late = shared();
    await settled();
    expect(sent).to.have.length(1);
    expect(rests).to.have.length(1);
    expect(rests[0]).to.be.within(9e5, 1e6);
    wake();
    await settled();
    sent[1]?.answer();
    expect(await Promise.all([early, late])).to.deep.equal([1, 1]);
  });

  it('gives a failed read to its own callers alone', async () => {
    const { read, sent } = source();
    const shared = coalesce(read);
    const first = shared().catch((error: Error) => error.message);
    await settled();
    const second = shared();
    sent[0]?.fail();
    await settled();
    sent[1]?.answer();
    expect(await first).to.equal('no answer');
    expect(await second).to.equal(0);
    const third = shared();
    await settled();
    sent[2]?.answer();
    expect(await third).to.equal(0);
  });

  it('never answers with a value older than the call, has one read in flight, makes nobody wait for three', async () => {
    const step = fc.constantFrom('call', 'write', 'answer', 'fail', 'settle');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { read, sent, write } = source();
        const shared = coalesce(read);
        let version = 0;
        const calls: Promise<void>[] = [];
        const oldest = () => sent.find((each) => !each.done);
        for (const what of steps) {
          if (what === 'write') version = write();
          else if (what === 'answer') oldest()?.answer();
          else if (what === 'fail') oldest()?.fail();
          else if (what === 'settle') await settled();
          else {
            const called = version;
            const before = sent.length;
            calls.push(
              shared().then(
                (seen) => {
                  expect(seen).to.be.at.least(called);
                },
                (error: Error) => {
                  expect(error.message).to.equal('no answer');
                },
              ),
            );
            expect(sent.length - before).to.be.at.most(1);
          }
          expect(sent.filter((each) => !each.done)).to.have.length.at.most(1);
        }
        const sentBefore = sent.length;
        for (let i = 0; i < 3; i++) {
          await settled();
          oldest()?.answer();
        }
        expect(sent.length - sentBefore).to.be.at.most(2);
        await Promise.all(calls);
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});
