import { posix } from 'node:path';
import { getFormatByFile } from '@jscpd/tokenizer';

export interface LanguageCount {
  readonly language: string;
  files: number;
  lines: number;
  bytes: number;
}

/** Common names of languages for which jscpd has a name of its own. */
const names: Readonly<Record<string, string>> = { markup: 'html', tsx: 'typescript', jsx: 'javascript' };

/** Counts files and lines by language, which is told from the file's name. */
export function createLanguageCounter() {
  const counts = new Map<string, LanguageCount>();

  function add(path: string, text: string): void {
    const language = languageOf(path);
    const count = counts.get(language) ?? { language, files: 0, lines: 0, bytes: 0 };
    counts.set(language, count);
    count.files++;
    count.lines += countLines(text);
    count.bytes += Buffer.byteLength(text);
  }

  return { add, counts: () => [...counts.values()].sort((a, b) => b.lines - a.lines) };
}

export function languageOf(path: string): string {
  const name = posix.basename(path);
  if (/^(Dockerfile|Containerfile)(\..*)?$/.test(name)) return 'docker';
  if (/^(GNU)?[Mm]akefile$/.test(name)) return 'makefile';
  const format = getFormatByFile(name);
  return format ? (names[format] ?? format) : 'other';
}

/** A last line without its newline counts too. */
export function countLines(text: string): number {
  if (text === '') return 0;
  let lines = text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
