import { expect } from 'chai';
import { textOf } from '../../../jobs/runtime/source.ts';
import { findSecrets } from '../../../jobs/secrets/secrets.ts';
import { slackWebhook } from '../../support/repository.ts';

describe('the text of a file', () => {
  const text = `key = "${slackWebhook}"\r\nname = "一 💡"\r\n`;
  const little = Buffer.from(text, 'utf16le');
  const big = Buffer.from(little).swap16();
  const encodings: readonly [string, Buffer][] = [
    ['UTF-8', Buffer.from(text)],
    ['UTF-16, little endian, with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), little])],
    ['UTF-16, big endian, with a mark', Buffer.concat([Buffer.from([0xfe, 0xff]), big])],
    ['UTF-16, little endian', little],
    ['UTF-16, big endian', big],
  ];
  for (const [encoding, content] of encodings)
    it(`is read in ${encoding}, with its secrets`, async () => {
      expect(textOf(content)).to.equal(text);
      const found = await findSecrets('a.txt', textOf(content) ?? '');
      expect(found.map(({ rule, line }) => `${rule} ${line}`)).to.deep.equal(['slack/IncomingWebhook 1']);
    });

  it('is read although the looked-at part ends within a character', () => {
    const long = `${'x'.repeat(3999)}💡${'y'.repeat(10)}`;
    expect(textOf(Buffer.from(long, 'utf16le'))).to.equal(long);
  });

  it('is none in files of numbers, programs and pictures', () => {
    const numbers = Buffer.alloc(2000);
    for (let i = 0; i < 1000; i++) numbers.writeInt16LE(Math.round(300 * Math.sin(i / 10)), i * 2);
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    const elf = Buffer.from('7f454c4602010100000000000000000003003e0001000000', 'hex');
    for (const content of [numbers, png, elf, Buffer.from('a\0b'), Buffer.alloc(10)])
      expect(textOf(content), content.toString('hex', 0, 16)).to.equal(undefined);
  });
});
