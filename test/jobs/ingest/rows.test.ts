import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { limits } from '../../../jobs/ingest/limits.ts';
import { readRows } from '../../../jobs/ingest/rows.ts';
import { readText } from '../../../jobs/ingest/text.ts';

describe('the rows of a file', () => {
  const table: readonly [string, string | Buffer][] = [
    ['CSV', 'a,b\n1,x\n2,"y, z"\n'],
    ['columns the other way round', 'b,a\nx,1\n"y, z",2\n'],
    ['Windows lines, no last newline', 'a,b\r\n1,x\r\n2,"y, z"'],
    ['a byte order mark and blank lines', '\ufeffa,b\n\n1,x\n\n2,"y, z"\n\n'],
    ['gzip', gzipSync('a,b\n1,x\n2,"y, z"\n')],
    ['NDJSON', '{"a":1,"b":"x"}\n\n{"b":"y, z","a":"2"}'],
    ['NDJSON in gzip', gzipSync('{"a":1,"b":"x"}\n{"b":"y, z","a":2}\n')],
  ];

  for (const [what, body] of table) {
    it(`${what} is read the same, in one piece or byte by byte`, async () => {
      const bytes = Buffer.from(body as string);
      for (const size of [bytes.length, 1]) {
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        );
        const rows: string[][] = [];
        const text = readText(Readable.from(pieces), bytes.length, limits);
        await readRows(text, ['a', 'b'], limits, {
          row: (fields) => rows.push([...fields]),
          malformed: (...problem) => expect.fail(String(problem)),
        });
        expect(rows).to.deep.equal([
          ['1', 'x'],
          ['2', 'y, z'],
        ]);
      }
    });
  }
});
