import { expect } from 'chai';
import { failures, summarize, verdict } from '../../../jobs/summary/summary.ts';

describe('the summary', () => {
  const finding = {
    fingerprint: 'f',
    kind: 'secrets',
    rule: 'r',
    severity: 'high',
    message: 'm',
    path: 'p',
  } as const;

  it('puts results together', () => {
    const { summary, findings } = summarize(
      new Map([
        [
          'duplicates',
          { findings: [{ ...finding, kind: 'duplicates', severity: 'low' as const }], total: 1 },
        ],
        ['secrets', { findings: [finding], total: 7 }],
        ['languages', { languages: [{ language: 'c', files: 1, lines: 9, bytes: 1 }], lines: 9 }],
        ['sbom', { packages: 0 }],
      ]),
    );
    expect(summary).to.deep.equal({
      text: '8 findings: 1 high, 1 low',
      findings: 8,
      by_severity: { high: 1, medium: 0, low: 1 },
      by_kind: { duplicates: 1, secrets: 7, languages: 0, sbom: 0 },
      by_rule: { 'secrets: r': 1, 'duplicates: r': 1 },
      languages: { c: 9 },
      lines: 9,
      packages: 0,
    });
    expect(findings.map(({ severity }) => severity)).to.deep.equal(['high', 'low']);
  });

  it('passes only what has nothing severe, and says which jobs failed', () => {
    const by = (high: number) => ({ by_severity: { high, medium: 1, low: 1 } });
    expect([verdict(by(0)), verdict(by(1))]).to.deep.equal(['success', 'failure']);
    expect(
      failures([
        { kind: 'a', status: 'succeeded' },
        { kind: 'b', status: 'failed', reason: 'why' },
        { kind: 'c', status: 'failed' },
      ]),
    ).to.equal('b failed: why; c failed: unknown reason');
  });
});
