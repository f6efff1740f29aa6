import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { rehearse, type StepReport } from '../../../stacks/rehearse/flow.ts';
import { pulumiIn } from '../../../stacks/rehearse/pulumi.ts';
import { failed, outputs, preview, script, summary } from './answers.ts';
import { install } from './install.ts';
import type { Script } from './script.ts';

const service = 'urn:pulumi:dev::trellis::trellis:index:FargateService$aws:ecs/service:Service::api-service';

describe('the flow of a rehearsal', function () {
  this.timeout(60_000);

  it('has a protected stack refuse first, with nothing deleted, and then takes its protection off', async () => {
    const reports = await rehearsed(script({ isProtected: true }), true);
    expect(reports.map(({ step }) => step)).to.deep.equal([
      'make the stack',
      'up',
      'preview again',
      'change logs.retentionDays=14',
      'destroy is refused',
      'take the protection off',
      'destroy',
    ]);
    expect(problemsOf(reports).slice(0, 4), 'before the refusal').to.deep.equal([]);
  });

  it('ends when a protected stack loses something before it refuses, or does not refuse', async () => {
    const losing = await rehearsed(
      { ...script(), destroy: [{ code: 255, lines: [summary({ delete: 43 })] }] },
      true,
    );
    expect(losing.at(-1)).to.deep.include({ step: 'destroy is refused' });
    expect(problemsOf(losing)).to.deep.equal(['43 resources were deleted before it was refused']);
    const lost = await rehearsed(script(), true);
    expect(problemsOf(lost)).to.deep.equal([
      'a protected stack was destroyed',
      '179 resources were deleted before it was refused',
    ]);
  });

  it('finds what the second preview would change, but for known gaps of emulators, and goes on', async () => {
    const known = {
      op: 'update',
      urn: service,
      detailedDiff: { 'deploymentConfiguration.strategy': { kind: 'add' } },
    };
    const other = { op: 'update', urn: service, detailedDiff: { desiredCount: { kind: 'update' } } };
    expect(
      problemsOf(await rehearsed({ ...script(), preview: [{ lines: [preview([known])] }] })),
    ).to.deep.equal([]);
    const bad = await rehearsed({ ...script(), preview: [{ lines: [preview([known, other])] }] });
    expect(problemsOf(bad)).to.deep.equal(['would change again: update api-service: desiredCount']);
    expect(bad.at(-1)?.step).to.equal('destroy');
  });

  it('ends with what could not be made', async () => {
    const up = [
      { code: 255, lines: [outputs, failed('create', 'api-service', 'no <{%bold%}>room<{%reset%}>')] },
    ];
    const reports = await rehearsed({ ...script(), up });
    expect(reports.map(({ step }) => step)).to.deep.equal(['make the stack', 'up']);
    expect(problemsOf(reports)).to.deep.equal(['could not create api-service', 'api-service: no room']);
  });

  it('ends with what the CLI writes where it has no events', async () => {
    const reports = await rehearsed({ ...script(), config: [{ code: 1, lines: ['no such key'] }] });
    expect(problemsOf(reports)).to.deep.equal(['pulumi config ended with 1: no such key']);
  });
});

/** Rehearses with a stand-in for the CLI, a process of its own for each command. */
async function rehearsed(answers: Script, isProtected = false): Promise<StepReport[]> {
  const directory = mkdtempSync(join(tmpdir(), 'fake-pulumi-'));
  install(directory, answers);
  const reports: StepReport[] = [];
  const plot = { stack: 'dev', isProtected, change: 'logs.retentionDays=14' };
  await rehearse(
    pulumiIn(directory, { PATH: directory }),
    plot,
    () => undefined,
    (report) => reports.push(report),
  );
  rmSync(directory, { recursive: true });
  return reports;
}

function problemsOf(reports: readonly StepReport[]): string[] {
  return reports.flatMap(({ problems }) => problems);
}
