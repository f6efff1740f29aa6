import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { lastRuns, openHistory, type RunRecord, timeText } from '../../../local/tasks/history.ts';

describe('the history of tasks', () => {
  const directory = mkdtempSync(join(tmpdir(), 'trellis-history-'));
  after(() => rmSync(directory, { recursive: true }));
  const at = '2026-06-01T00:00:00Z';
  const record = (event: RunRecord['event'], time: string, execution?: string): RunRecord => ({
    task: 'sweep',
    event,
    time,
    at,
    ...(execution === undefined ? {} : { execution }),
  });

  it('is empty before the first run, and leaves out a line that a kill has cut off', () => {
    const file = join(directory, 'runs.jsonl');
    const history = openHistory(file);
    expect(history.all()).to.deep.equal([]);
    history.add(record('created', at));
    appendFileSync(file, '{"task":"sw');
    expect(history.all()).to.deep.equal([record('created', at)]);
  });

  it('gives the newest runs with their ends, in the order in which they ended', () => {
    const records = [
      record('created', at),
      record('begun', 'T1', 'a'),
      record('begun', 'T2', 'b'),
      record('skipped', 'T2', 'b'),
      record('succeeded', 'T1', 'a'),
      record('missed', 'T3'),
      record('begun', 'T4', 'c'),
    ];
    const runs = lastRuns(records, 4).map(({ event, time }) => `${event} ${time}`);
    expect(runs).to.deep.equal(['begun T4', 'missed T3', 'succeeded T1', 'skipped T2']);
    expect(lastRuns(records, 1)).to.have.length(1);
  });

  it('writes times as EventBridge Scheduler does', () => {
    expect(timeText(Date.UTC(2026, 2, 29, 1) + 999)).to.equal('2026-03-29T01:00:00Z');
  });
});
