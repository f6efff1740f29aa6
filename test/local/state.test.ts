import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { State } from '../../local/state.ts';

describe('The state directory', () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'trellis-state-'));
  });
  after(() => rmSync(directory, { recursive: true }));

  it('means the same to processes that run elsewhere, such as the git of a scan', () => {
    const state = new State(relative(process.cwd(), directory));
    expect(state.path('jobs')).to.equal(join(directory, 'jobs'));
    expect(state.data).to.equal(join(directory, 'data'));
  });
});
