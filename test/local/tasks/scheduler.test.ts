import { expect } from 'chai';
import { parseSchedule } from '../../../contract/cron.ts';
import { followSchedule } from '../../../local/tasks/scheduler.ts';
import { type MovedClock, movedClock } from './moved-clock.ts';

interface Followed {
  readonly clock: MovedClock;
  readonly started: string[];
  readonly missed: string[];
  readonly stop: () => void;
  /** Resolves when nothing more is to come. */
  readonly done: Promise<void>;
}

function follow(expression: string, timeZone: string, now: string, since = now): Followed {
  const clock = movedClock(now);
  const stopping = new AbortController();
  const started: string[] = [];
  const missed: string[] = [];
  const text = (time: number) => new Date(time).toISOString().slice(0, 16);
  const done = followSchedule({
    schedule: parseSchedule(expression),
    timeZone,
    origin: Date.parse(since),
    since: Date.parse(since),
    clock,
    start: (time) => {
      expect(clock.now() - time).to.be.within(0, 59_999);
      started.push(text(time));
    },
    missed: (times) => void missed.push(...times.map(text)),
    signal: stopping.signal,
  });
  return { clock, started, missed, stop: () => stopping.abort(), done };
}

describe("the laptop's scheduler", () => {
  for (const [title, expression, timeZone, from, to, ...runs] of [
    [
      'at the same time on the clock in spring',
      'cron(0 3 * * ? *)',
      'Europe/Berlin',
      '2026-03-28T00:00Z',
      '2026-03-30T12:00Z',
      '2026-03-28T02:00',
      '2026-03-29T01:00',
      '2026-03-30T01:00',
    ],
    [
      'not at a time that the clock skips',
      'cron(30 2 * * ? *)',
      'America/New_York',
      '2026-03-07T00:00Z',
      '2026-03-09T12:00Z',
      '2026-03-07T07:30',
      '2026-03-09T06:30',
    ],
    [
      'once at a time that comes twice in autumn',
      'cron(30 2 * * ? *)',
      'Europe/Berlin',
      '2026-10-24T12:00Z',
      '2026-10-26T12:00Z',
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ],
    [
      'once at a time that comes twice in New York',
      'cron(30 1 * * ? *)',
      'America/New_York',
      '2026-10-31T12:00Z',
      '2026-11-02T12:00Z',
      '2026-11-01T05:30',
      '2026-11-02T06:30',
    ],
    [
      'every twelve hours by a rate, whatever the clock shows',
      'rate(12 hours)',
      'Europe/Berlin',
      '2026-10-24T18:00Z',
      '2026-10-26T00:00Z',
      '2026-10-25T06:00',
      '2026-10-25T18:00',
    ],
  ] as [string, string, string, string, string, ...string[]][])
    it(`starts a run ${title}`, async () => {
      const { clock, started, missed, stop, done } = follow(expression, timeZone, from);
      await clock.moveTo(to);
      stop();
      await done;
      expect({ started, missed }).to.deep.equal({ started: runs, missed: [] });
    });

  it('misses the runs of the nights in which the laptop was off, the one that the clock skips not among them', async () => {
    const { clock, started, missed, stop, done } = follow(
      'cron(30 2 * * ? *)',
      'Europe/Berlin',
      '2026-03-30T08:00Z',
      '2026-03-28T00:00Z',
    );
    await clock.moveTo('2026-03-31T00:30Z');
    stop();
    await done;
    expect(missed).to.deep.equal(['2026-03-28T01:30', '2026-03-30T00:30']);
    expect(started).to.deep.equal(['2026-03-31T00:30']);
  });

  it('misses what was due while the laptop slept, and starts what is due as it wakes', async () => {
    const { clock, started, missed, stop, done } = follow(
      'cron(0/15 * * * ? *)',
      'Etc/UTC',
      '2026-06-01T00:10Z',
    );
    await clock.jumpTo('2026-06-01T00:45:30Z');
    stop();
    await done;
    expect({ started, missed }).to.deep.equal({
      started: ['2026-06-01T00:45'],
      missed: ['2026-06-01T00:15', '2026-06-01T00:30'],
    });
  });

  it('ends with its schedule', async () => {
    const { clock, started, done } = follow('cron(0 0 1 1 ? 2027)', 'Etc/UTC', '2026-12-31T23:00Z');
    await clock.moveTo('2027-01-02T00:00Z');
    await done;
    expect(started).to.deep.equal(['2027-01-01T00:00']);
  });
});
