import { expect } from 'chai';
import { contentTypeOf, hasHashedName } from '../../../components/static-site/files.ts';

describe('a file of a site', () => {
  const types: [string, string][] = [
    ['a.html', 'text/html; charset=utf-8'],
    ['a.js', 'text/javascript; charset=utf-8'],
    ['a.json', 'application/json; charset=utf-8'],
    ['a.webmanifest', 'application/manifest+json; charset=utf-8'],
    ['a.svg', 'image/svg+xml; charset=utf-8'],
    ['a.woff2', 'font/woff2'],
    ['a.png', 'image/png'],
    ['a.wasm', 'application/wasm'],
    ['LICENSE', 'application/octet-stream'],
  ];
  for (const [key, type] of types) {
    it(`called ${key} is ${type}`, () => expect(contentTypeOf(key)).to.equal(type));
  }

  const hashed = ['assets/a-DiwrgTda.js', 'a.01234567.css', 'a-BWz_9x3-.woff2', 'a-DiwrgTda.js.map'];
  const plain = ['assets/logo.png', 'a-1.js', 'index.js', 'abcdefghij.js'];
  for (const key of hashed) {
    it(`called ${key} has a hash in its name`, () => expect(hasHashedName(key)).to.equal(true));
  }
  for (const key of plain) {
    it(`called ${key} has none`, () => expect(hasHashedName(key)).to.equal(false));
  }
});
