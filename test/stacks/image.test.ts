import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { imageSources } from '../../stacks/image.ts';
import { projectDirectory } from '../../stacks/plan/configuration.ts';

describe('the image', () => {
  it('is new whenever something changes that its Dockerfile copies', () => {
    const dockerfile = readFileSync(`${projectDirectory}/${imageSources.dockerfile}`, 'utf8');
    const copied = dockerfile
      .split('\n')
      .filter((line) => /^(COPY|ADD) (?!--from)/.test(line))
      .flatMap((line) => line.split(/\s+/).slice(1, -1))
      .filter((word) => !word.startsWith('--'))
      .map((path) => path.replace(/^\.\//, '').replace(/\/$/, ''));
    expect(copied).not.to.be.empty;
    for (const path of copied) {
      const covered = imageSources.paths.some((source) => path === source || path.startsWith(`${source}/`));
      expect(covered, path).to.equal(true);
    }
  });

  it('holds nothing that its tag leaves out', () => {
    const lines = readFileSync(`${projectDirectory}/.dockerignore`, 'utf8').split('\n');
    const included = lines.findLastIndex((line) => line.startsWith('!'));
    expect(lines.slice(included)).to.include.members(['**/.*', '**/node_modules']);
  });
});
