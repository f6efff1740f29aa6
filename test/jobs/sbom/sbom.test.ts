import { expect } from 'chai';
import { createInventory } from '../../../jobs/sbom/sbom.ts';

describe('the SBOM scanner', () => {
  const inventoryOf = (path: string, text: string) => {
    const inventory = createInventory();
    inventory.add(path, text);
    return inventory;
  };
  const purls = (path: string, text: string) =>
    inventoryOf(path, text)
      .bom()
      .components.map(({ purl }) => purl);

  const npm = JSON.stringify({
    packages: {
      '': { name: 'root', version: '1.0.0' },
      'node_modules/a': { version: '1.2.3', resolved: 'https://r/a.tgz', integrity: 'sha512-x' },
      'node_modules/@s/b': { version: '2.0.0', resolved: 'http://r/b.tgz', integrity: 'sha512-x' },
      'node_modules/a/node_modules/c': { version: '3.0.0', resolved: 'git+ssh://git@h/c.git#1' },
      'node_modules/d': { version: '4.0.0', resolved: 'https://r/d.tgz' },
      'node_modules/link': { resolved: 'packages/link', link: true },
    },
  });

  it('reads npm lockfiles, and finds what nothing vouches for', () => {
    expect(purls('x/package-lock.json', npm)).to.deep.equal([
      'pkg:npm/%40s/b@2.0.0',
      'pkg:npm/a@1.2.3',
      'pkg:npm/c@3.0.0',
      'pkg:npm/d@4.0.0',
    ]);
    const rules = inventoryOf('package-lock.json', npm).found.map(
      ({ rule, severity }) => `${rule} ${severity}`,
    );
    expect(rules).to.deep.equal(['insecure-source medium', 'git-source low', 'no-integrity low']);
  });

  it('reads names that have half a surrogate pair', () => {
    const text = '{"packages":{"node_modules/a\\ud83d":{"version":"1"}}}';
    expect(purls('package-lock.json', text)).to.deep.equal(['pkg:npm/a%EF%BF%BD@1']);
  });

  for (const [path, text, expected] of [
    ['requirements.txt', 'Foo_Bar[x]==1.0 ; python_version>"3"\n# c==1\nopen>=2\n', ['pkg:pypi/foo-bar@1.0']],
    [
      'go.sum',
      'example.com/m v1.2.0 h1:x=\nexample.com/m v1.2.0/go.mod h1:y=\n',
      ['pkg:golang/example.com/m@v1.2.0'],
    ],
    [
      'Cargo.lock',
      'version = 3\n[[package]]\nname = "mine"\nversion = "0.1.0"\n\n[[package]]\nname = "serde"\nversion = "1.0.1"\nsource = "registry+https://x"\nchecksum = "ab"\n',
      ['pkg:cargo/serde@1.0.1'],
    ],
    [
      'Cargo.lock',
      [
        "[[package]]\r\nname = 'windows' # checked out there\r\nversion = '1'\r\nsource = 'registry+https://x'\r\n",
        '[[package]]\r\nname = "mine"\r\nversion = "0.1.0"\r\n\r\n',
        '[[patch.unused]]\r\nname = "unused"\r\nversion = "2.0.0"\r\nsource = "git+https://x"\r\n',
      ].join(''),
      ['pkg:cargo/windows@1'],
    ],
    [
      'composer.lock',
      '{"packages":[{"name":"v/p","version":"1.0"}],"packages-dev":[{"name":"v/d","version":"2"}]}',
      ['pkg:composer/v/d@2', 'pkg:composer/v/p@1.0'],
    ],
    ['Gemfile.lock', 'GEM\n  specs:\n    rails (7.1.2)\n      rack (>= 2)\n', ['pkg:gem/rails@7.1.2']],
  ] as const)
    it(`reads ${path}: ${expected}`, () => expect(purls(path, text)).to.deep.equal([...expected]));

  it('takes broken lockfiles for none', () => {
    for (const text of ['', '{', 'null', '[]', '{"packages":7}', '{"packages":{"node_modules/a":null}}'])
      expect(purls('package-lock.json', text), text).to.deep.equal([]);
    for (const text of ['[[package', '[package]', 'package = 1', '[[package]]\nname = 1\nsource = 2'])
      expect(purls('Cargo.lock', text), text).to.deep.equal([]);
    const numbers = '[[package]]\nname = 1\nversion = 2\nsource = 3\n';
    expect(purls('Cargo.lock', numbers)).to.deep.equal(['pkg:cargo/1@2']);
  });
});
