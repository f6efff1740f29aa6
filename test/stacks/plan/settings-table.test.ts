import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { projectDirectory } from '../../../stacks/plan/configuration.ts';
import { settingsTable } from '../../../stacks/plan/settings-table.ts';

describe('docs/settings.md', () => {
  it('has the table of all settings as `npm run plan -- --settings` prints it', () => {
    const document = readFileSync(`${projectDirectory}/docs/settings.md`, 'utf8');
    expect(document).to.contain(settingsTable());
  });
});
