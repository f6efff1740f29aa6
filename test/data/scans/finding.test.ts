import { expect } from 'chai';
import { fingerprinted } from '../../../data/scans/finding.ts';

describe('fingerprints', () => {
  const found = { rule: 'r', severity: 'high', message: 'm', path: 'p', subject: 's' } as const;

  it('stay when a finding moves, and tell equal findings of a file apart', () => {
    const before = fingerprinted('k', [
      { ...found, line: 3 },
      { ...found, line: 9 },
    ]);
    const after = fingerprinted('k', [
      { ...found, line: 70 },
      { ...found, line: 4 },
    ]);
    const ids = before.findings.map(({ fingerprint }) => fingerprint);
    expect(new Set(ids).size).to.equal(2);
    expect(after.findings.map(({ fingerprint }) => fingerprint)).to.deep.equal(ids);
    expect(before.findings[0]).not.to.have.property('subject');
  });

  it('differ by kind, rule, path and subject', () => {
    const one = (kind: string, change: object) =>
      fingerprinted(kind, [{ ...found, ...change }]).findings[0]?.fingerprint;
    const ids = [
      one('k', {}),
      one('l', {}),
      one('k', { rule: 'x' }),
      one('k', { path: 'x' }),
      one('k', { subject: 'x' }),
    ];
    expect(new Set(ids).size).to.equal(5);
  });

  it('come with the most severe first, and with the number of those left out', () => {
    const many = Array.from({ length: 5001 }, (_, line) => ({ ...found, severity: 'low' as const, line }));
    const list = fingerprinted('k', [...many, { ...found, path: 'z' }]);
    expect(list.total).to.equal(5002);
    expect(list.findings).to.have.length(5000);
    expect(list.findings[0]).to.include({ severity: 'high', path: 'z' });
  });
});
