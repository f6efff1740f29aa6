import { expect } from 'chai';
import { type JobKind, jobKinds, jobTimeout } from '../../contract/job-kinds.ts';

describe('the registry of job kinds', () => {
  it('has unique names, commands that exist, and limits that the platform has', async () => {
    expect(new Set(jobKinds.map(({ name }) => name)).size).to.equal(jobKinds.length);
    for (const kind of jobKinds) {
      expect(kind.name).to.match(/^[a-z][a-z0-9-]{0,31}$/);
      expect(kind.timeoutSeconds, kind.name).to.be.within(jobTimeout.min, jobTimeout.max);
      expect([0.25, 0.5, 1, 2, 4]).to.include(kind.vcpu);
      expect(kind.memoryMiB / kind.vcpu / 1024).to.be.within(2, 8);
      const { access } = await import('node:fs/promises');
      await access(kind.command.at(-1) as string);
    }
  });

  it('has one fetch and one summary, and at least three scanners', () => {
    const count = (part: JobKind['part']) => jobKinds.filter((kind) => kind.part === part).length;
    expect([count('fetch'), count('summary')]).to.deep.equal([1, 1]);
    expect(count('scanner')).to.be.at.least(3);
  });

  it('lets every kind write its own objects only, and none read what it need not', () => {
    for (const { name, part, permissions } of jobKinds) {
      const own = new RegExp(
        `^(scans|jobs)/\\*/(${name}(\\.outcome)?\\.json${part === 'fetch' ? '|source\\.tar' : ''})$`,
      );
      for (const key of permissions.writes) expect(key, name).to.match(own);
      if (part === 'fetch') expect(permissions.reads).to.deep.equal([]);
      if (part === 'scanner') expect(permissions.reads).to.deep.equal(['scans/*/source.tar']);
    }
  });

  it('keeps scanners and summary from writing files and starting programs', () => {
    for (const { command } of jobKinds.filter(({ part }) => part !== 'fetch')) {
      expect(command).to.include('--permission');
      expect(command.join(' ')).not.to.match(/--allow-(fs-write|child|worker|addons|wasi)/);
    }
  });
});
