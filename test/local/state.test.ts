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

  it('makes an API key that no command line takes for an option', () => {
    const given = process.env.TRELLIS_API_KEY;
    delete process.env.TRELLIS_API_KEY;
    try {
      expect(new State(directory).apiKey()).to.match(/^[0-9a-f]{48}$/);
    } finally {
      if (given !== undefined) process.env.TRELLIS_API_KEY = given;
    }
  });
});
