import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ofType, type PlannedResource } from '../mocks.ts';
import { builtSite, directoryOf, resourcesOf } from './fixture.ts';

const forAYear = 'public, max-age=31536000, immutable';

const revalidated = 'public, max-age=0, must-revalidate';

async function objectsOf(directory = directoryOf()): Promise<Map<string, PlannedResource>> {
  const objects = ofType(await resourcesOf({ directory }), 'aws:s3/bucketObjectv2:BucketObjectv2');
  return new Map(objects.map((object) => [String(object.inputs.key), object]));
}

describe('StaticSite uploads', () => {
  it('every file, named by its path, but none that is hidden', async () => {
    const objects = await objectsOf();
    expect([...objects.keys()].sort()).to.deep.equal(
      Object.keys(builtSite)
        .filter((key) => key !== '.DS_Store')
        .sort(),
    );
    for (const [key, { name, inputs }] of objects) {
      expect(name).to.equal(`site-${key}`);
      expect(inputs.bucket).to.match(/^site-bucket-/);
    }
  });

  it('with content type, and cached for as long as the name promises', async () => {
    const told = [...(await objectsOf())].map(([key, { inputs }]) => [
      key,
      inputs.contentType,
      inputs.cacheControl,
    ]);
    expect(told.sort()).to.deep.equal([
      ['.well-known/security.txt', 'text/plain; charset=utf-8', revalidated],
      ['about.html', 'text/html; charset=utf-8', revalidated],
      ['assets/index-BWz_9x3k.css', 'text/css; charset=utf-8', forAYear],
      ['assets/index-DiwrgTda.js', 'text/javascript; charset=utf-8', forAYear],
      ['index.html', 'text/html; charset=utf-8', revalidated],
      ['player/index.html', 'text/html; charset=utf-8', revalidated],
      ['robots.txt', 'text/plain; charset=utf-8', revalidated],
    ]);
  });

  it('by content: another content is another hash, another date is not', async () => {
    const directory = directoryOf();
    const hashOf = async (key: string) => (await objectsOf(directory)).get(key)?.inputs.sourceHash;
    const first = await hashOf('index.html');
    expect(first).to.equal(createHash('sha256').update('<p>home').digest('hex'));
    writeFileSync(join(directory, 'index.html'), '<p>home');
    expect(await hashOf('index.html')).to.equal(first);
    writeFileSync(join(directory, 'index.html'), '<p>hone');
    expect(await hashOf('index.html')).not.to.equal(first);
  });

  it('pages last: each waits for everything that is no page', async () => {
    const objects = await objectsOf();
    const assets = [...objects.keys()].filter((key) => !key.endsWith('.html')).map((key) => `site-${key}`);
    for (const [key, { options }] of objects) {
      const waitsFor = (options.dependsOn ?? []).filter((name) => name !== 'site-bucket');
      expect(waitsFor.sort(), key).to.deep.equal(key.endsWith('.html') ? assets.sort() : []);
    }
  });

  it('and forgets replaced immutable files without deleting them', async () => {
    for (const [key, { options }] of await objectsOf()) {
      expect(options.retainOnDelete ?? false, key).to.equal(key.startsWith('assets/'));
    }
  });

  it('knows other directories as immutable where told', async () => {
    const directory = directoryOf({ 'index.html': '', 'static/a.01234567.js': '', 'assets/b.js': '' });
    const resources = await resourcesOf({ directory, immutableDirectories: ['static'] });
    const cached = ofType(resources, 'aws:s3/bucketObjectv2:BucketObjectv2').map(({ inputs }) => [
      inputs.key,
      inputs.cacheControl,
    ]);
    expect(cached).to.deep.equal([
      ['assets/b.js', revalidated],
      ['index.html', revalidated],
      ['static/a.01234567.js', forAYear],
    ]);
  });
});
