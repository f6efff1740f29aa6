import { Readable } from 'node:stream';
import { expect } from 'chai';
import { limits } from '../../../jobs/ingest/limits.ts';
import { readRows } from '../../../jobs/ingest/rows.ts';
import { readText } from '../../../jobs/ingest/text.ts';

describe('the text of a file of rows', () => {
  it('characters that chunks cut in two are whole again', async () => {
    const bytes = Buffer.from('a\n€é😀\n');
    const pieces = Array.from(bytes, (byte) => Buffer.from([byte]));
    const rows: string[] = [];
    await readRows(readText(Readable.from(pieces), bytes.length, limits), ['a'], limits, {
      row: ([field = '']) => rows.push(field),
      malformed: (...problem) => expect.fail(String(problem)),
    });
    expect(rows).to.deep.equal(['€é😀']);
  });
});
