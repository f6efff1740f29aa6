import { hash } from 'node:crypto';
import { Detector, type IClone, type IMapFrame, type IStore } from '@jscpd/core';
import { getFormatByFile, Tokenizer } from '@jscpd/tokenizer';
import type { Found } from '../../data/scans/finding.ts';

/** jscpd's own defaults. */
const minTokens = 50;
const minLines = 5;
/** Bytes. Larger files are usually generated, or data. */
const maxFileBytes = 200_000;
/** Bytes of code that are compared; further files are counted as skipped. A byte of code takes about 91 bytes of the heap
 * (measured on Trellis's own sources), of which the job has 768 MB. */
const maxBytes = 5_000_000;
/** Formats of data and text, in which repetitions are normal. */
const ignored = new Set([
  'json',
  'json5',
  'yaml',
  'csv',
  'markdown',
  'txt',
  'markup',
  'xml',
  'svg',
  'properties',
]);

/**
 * Finds copied code among the files that are added one after the other. It is jscpd's detector as a library, which reads
 * no files, so the repository cannot configure it.
 */
export function createDuplicateFinder() {
  const store = createStore();
  const tokenizer = new Tokenizer();
  const texts = new Map<string, string>();
  const detector = new Detector(tokenizer, store, [{ validate: longEnough }], {
    minTokens,
    minLines,
    // This is called for every token. jscpd's own MD5, in JavaScript, would take most of the time.
    hashFunction: (value) => hash('sha1', value, 'base64'),
  });
  const clones: IClone[] = [];
  const counts = { files: 0, bytes: 0, skipped: 0 };

  async function add(path: string, text: string): Promise<void> {
    const format = getFormatByFile(path);
    if (!format || ignored.has(format) || /\.min\.(js|css)$|(^|\/)(node_modules|vendor|dist)\//.test(path))
      return;
    if (text.length > maxFileBytes || counts.bytes + text.length > maxBytes) {
      counts.skipped++;
      return;
    }
    counts.files++;
    counts.bytes += text.length;
    texts.set(path, text);
    store.namespace(format);
    clones.push(...(await detector.detect(path, text, format)));
  }

  return { add, counts, found: () => clones.map((clone) => toFound(clone, texts)) };
}

/** jscpd's own store makes an Error with a stack for every new token, which is slow; this one has made its error once. */
function createStore(): IStore<IMapFrame> {
  const values = new Map<string, Map<string, IMapFrame>>();
  const missing = new Error('not found');
  let current = new Map<string, IMapFrame>();
  return {
    namespace: (name) => {
      current = values.get(name) ?? new Map();
      values.set(name, current);
    },
    get: async (key) => {
      const value = current.get(key);
      if (value === undefined) throw missing;
      return value;
    },
    set: async (key, value) => {
      current.set(key, value);
      return value;
    },
    close: () => values.clear(),
  };
}

function longEnough({ duplicationA: { start, end } }: IClone) {
  return { status: end.line - start.line >= minLines };
}

function toFound({ duplicationA: a, duplicationB: b }: IClone, texts: Map<string, string>): Found {
  const text = texts.get(a.sourceId)?.slice(a.range[0], a.range[1]) ?? '';
  const lines = a.end.line - a.start.line + 1;
  return {
    rule: 'duplicate-code',
    severity: 'low',
    message: `${lines} lines are the same as in ${b.sourceId} from line ${b.start.line}`,
    path: a.sourceId,
    line: a.start.line,
    end_line: a.end.line,
    subject: `${b.sourceId}\0${text.replace(/\s+/g, ' ')}`,
  };
}
