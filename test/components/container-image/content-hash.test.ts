import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { contentTag } from '../../../components/container-image/index.ts';

describe('the tag of an image', () => {
  let directory: string;
  const build = () => ({ context: directory, paths: ['app', 'package.json'] });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'trellis-image-'));
    mkdirSync(join(directory, 'app'));
    writeFileSync(join(directory, 'Dockerfile'), 'FROM scratch\n');
    writeFileSync(join(directory, 'package.json'), '{}');
    writeFileSync(join(directory, 'app/server.ts'), 'listen();\n');
    writeFileSync(join(directory, 'README.md'), 'not in the image');
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('is 40 hexadecimal digits, the same for the same content elsewhere and later', () => {
    const tag = contentTag(build());
    expect(tag).to.match(/^[0-9a-f]{40}$/);
    const copy = mkdtempSync(join(tmpdir(), 'trellis-image-'));
    try {
      cpSync(directory, copy, { recursive: true });
      utimesSync(join(copy, 'package.json'), 1, 1);
      expect(contentTag({ ...build(), context: copy })).to.equal(tag);
      expect(contentTag({ ...build(), paths: ['package.json', 'app'] })).to.equal(tag);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  const changes: [string, () => void][] = [
    ['a content', () => writeFileSync(join(directory, 'app/server.ts'), 'listen(1);\n')],
    ['a new file', () => writeFileSync(join(directory, 'app/new.ts'), '')],
    ['the executable bit', () => chmodSync(join(directory, 'app/server.ts'), 0o755)],
    ['the Dockerfile', () => writeFileSync(join(directory, 'Dockerfile'), 'FROM node\n')],
    ['what Docker ignores', () => writeFileSync(join(directory, '.dockerignore'), 'app/server.ts\n')],
    ['a link', () => symlinkSync('server.ts', join(directory, 'app/link.ts'))],
  ];
  for (const [what, change] of changes) {
    it(`differs by ${what}`, () => {
      const before = contentTag(build());
      change();
      expect(contentTag(build())).not.to.equal(before);
    });
  }

  it('differs by architecture and build arguments', () => {
    const tags = [
      contentTag(build()),
      contentTag({ ...build(), architecture: 'x86_64' }),
      contentTag({ ...build(), args: { A: '1' } }),
      contentTag({ ...build(), args: { A: '2' } }),
    ];
    expect(new Set(tags).size).to.equal(4);
    expect(contentTag({ ...build(), architecture: 'arm64' })).to.equal(tags[0]);
  });

  it('does not move a boundary: the same bytes in other files are another image', () => {
    writeFileSync(join(directory, 'app/a'), 'xy');
    writeFileSync(join(directory, 'app/b'), 'z');
    const before = contentTag(build());
    writeFileSync(join(directory, 'app/a'), 'x');
    writeFileSync(join(directory, 'app/b'), 'yz');
    expect(contentTag(build())).not.to.equal(before);
  });

  it('is the same whatever lies beside: other files, node_modules, names with a dot', () => {
    const before = contentTag(build());
    writeFileSync(join(directory, 'README.md'), 'changed');
    mkdirSync(join(directory, 'app/node_modules'));
    writeFileSync(join(directory, 'app/node_modules/x.js'), '');
    writeFileSync(join(directory, 'app/.swp'), '');
    expect(contentTag(build())).to.equal(before);
  });
});
