import { expect } from 'chai';
import { withUpgrade } from '../../../scripts/compat/changelog.ts';
import { compareVersions, type Finding, leastVersion } from '../../../scripts/compat/finding.ts';

const major: Finding = { level: 'major', where: 'stack prod', what: 'delete api-lb' };
const minor: Finding = { level: 'minor', where: 'Queue', what: 'days is new' };

describe('versions', () => {
  it('follow from what has changed', () => {
    expect(leastVersion('1.2.3', [])).to.equal('1.2.3');
    expect(leastVersion('1.2.3', [minor])).to.equal('1.3.0');
    expect(leastVersion('1.2.3', [minor, major])).to.equal('2.0.0');
  });

  it('are compared by number', () => {
    expect(['1.10.0', '1.9.1', '2.0.0'].sort(compareVersions)).to.deep.equal(['1.9.1', '1.10.0', '2.0.0']);
  });

  it('have what an upgrade does in the changelog, once', () => {
    const changelog = '# Changelog\n\nIntro.\n\n## 1.0.0\n\nThe first.\n';
    const upgrade = { version: '2.0.0', last: '1.0.0', found: [minor, major] };
    const written = withUpgrade(changelog, upgrade);
    expect(written).to.contain(
      '## 2.0.0\n\n### Upgrade from 1.0.0\n\nBreaks a stack or a program:\n\n- stack prod: delete api-lb\n',
    );
    expect(written).to.contain('Intro.\n\n## 2.0.0').and.to.contain('## 1.0.0\n\nThe first.\n');
    expect(withUpgrade(written, upgrade)).to.equal(written);
    const fewer = withUpgrade(written, { ...upgrade, found: [] });
    expect(fewer).to.contain('Nothing of a stack changes.').and.not.to.contain('api-lb');
    expect(withUpgrade(changelog, { version: '1.0.0', last: '1.0.0', found: [] })).to.equal(changelog);
  });
});
