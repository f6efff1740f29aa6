import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const directory = fileURLToPath(new URL('../../components', import.meta.url));

function readJson(file: string) {
  return JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
}

describe('the plugin package', () => {
  it('has the dependencies of the project, in the same versions', () => {
    const { dependencies } = readJson('components/package.json');
    const project = readJson('package.json');
    const versions = { ...project.dependencies, ...project.devDependencies };
    for (const [name, version] of Object.entries(dependencies)) {
      expect(version, name).to.equal(versions[name]);
    }
    const sources = readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
      .map((file) => readFileSync(`${directory}/${file}`, 'utf8'))
      .join('\n');
    const imported = [...sources.matchAll(/(?:^import .* from |import\()'((@[^/']+\/)?[^./'][^/']*)/gm)]
      .map(([, name]) => name as string)
      .filter((name) => !name.startsWith('node:'));
    // typescript is the analyzer's: the version that Pulumi brings cannot read these sources.
    expect(Object.keys(dependencies).sort()).to.deep.equal([...new Set([...imported, 'typescript'])].sort());
  });

  it('runs on the Node that the project needs', () => {
    expect(readJson('components/package.json').engines).to.deep.equal(readJson('package.json').engines);
  });
});
