import { createHash } from 'node:crypto';

const mark = '%trellis-source-sha256 ';

/**
 * Notes in a PDF what it was printed from, so that a test without a browser sees when it is out of date: a comment after
 * its end, which readers skip. The time of printing is taken out: the same source gives the same file.
 */
export function seal(pdf: Buffer, html: string): Buffer {
  const timeless = pdf
    .toString('latin1')
    .replace(/\/(CreationDate|ModDate) \(D:\d{14}/g, '/$1 (D:20000101000000')
    .trimEnd();
  return Buffer.from(`${timeless}\n${mark}${hashOf(html)}\n`, 'latin1');
}

/** Whether the PDF was printed from this very page. */
export function isPrintedFrom(pdf: Buffer, html: string): boolean {
  return pdf.toString('latin1').endsWith(`\n${mark}${hashOf(html)}\n`);
}

function hashOf(html: string): string {
  return createHash('sha256').update(html).digest('hex');
}
