import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Marked, type Token } from 'marked';
import { createSlugger } from '../../docs/pdf/slug.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What people read, relative to the project's root. */
export const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export interface Document {
  readonly text: string;
  /** Targets of links and pictures. */
  readonly links: readonly string[];
  /** Of its headings. */
  readonly anchors: ReadonlySet<string>;
  /** Blocks of code, and code within sentences. */
  readonly code: readonly string[];
}

export function readDocument(path: string): Document {
  return parse(readFileSync(join(root, path), 'utf8'));
}

export function parse(text: string): Document {
  const marked = new Marked();
  const slug = createSlugger();
  const links: string[] = [];
  const anchors = new Set<string>();
  const code: string[] = [];
  marked.walkTokens(marked.lexer(text), (token: Token) => {
    if (token.type === 'link' || token.type === 'image') links.push(token.href);
    if (token.type === 'heading') anchors.add(slug(plainText(token)));
    if (token.type === 'code' || token.type === 'codespan') code.push(token.text);
  });
  return { text, links, anchors, code };
}

function plainText(token: Token): string {
  const { tokens } = token as { tokens?: Token[] };
  return tokens === undefined ? (token as { text: string }).text : tokens.map(plainText).join('');
}
