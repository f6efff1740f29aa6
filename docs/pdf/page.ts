import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { join as joinUrl } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { Marked, type Tokens } from 'marked';
import { createSlugger } from './slug.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const style = new URL('print.css', import.meta.url);

export interface PrintedPage {
  readonly title: string;
  readonly html: string;
}

/**
 * A Markdown file as one HTML page for print: nothing in it is loaded from elsewhere, and no link leads to a file of
 * this machine.
 * @param path of the file, relative to the project's root
 * @param repository where the project can be read on the web; without it, links to its files are text that names the file
 * @throws Error on a picture that is no SVG, and on a file without a heading of the first level
 */
export function pageOf(path: string, repository: string | undefined): PrintedPage {
  const markdown = readFileSync(join(root, path), 'utf8');
  const title = /^# (.+)$/m.exec(markdown)?.[1];
  if (title === undefined) throw new Error(`${path} has no heading of the first level`);
  const body = rendererOf(dirname(path), repository).parse(markdown) as string;
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><style>${readFileSync(style, 'utf8')}</style></head>
<body>
${body}</body>
</html>
`;
  return { title, html };
}

function rendererOf(directory: string, repository: string | undefined): Marked {
  const slug = createSlugger();
  const marked = new Marked();
  marked.use({
    renderer: {
      heading({ tokens, depth }: Tokens.Heading): string {
        const plain = this.parser.parseInline(tokens, this.parser.textRenderer);
        return `<h${depth} id="${slug(plain)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link): string {
        const text = this.parser.parseInline(tokens);
        if (href.startsWith('#') || /^[a-z]+:/.test(href)) return `<a href="${href}">${text}</a>`;
        const file = joinUrl(directory, href);
        // Without an address the reader of a printed page still learns which file is meant.
        if (repository === undefined) return `${text} <span class="file">(${file.replace(/#.*/, '')})</span>`;
        return `<a href="${repository}/blob/HEAD/${file}">${text}</a>`;
      },
      image({ href, text }: Tokens.Image): string {
        if (!href.endsWith('.svg')) throw new Error(`${href}: only SVG is printed`);
        const svg = readFileSync(join(root, directory, href), 'utf8').replace(/^<\?xml.*?\?>\s*/, '');
        return `<span class="figure" role="img" aria-label="${text}">${svg}</span>`;
      },
    },
  });
  return marked;
}

/** What package.json names as `repository`, as an address for browsers. */
export function repositoryUrl(
  file: { repository?: string | { url?: string } } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ),
): string | undefined {
  const url = typeof file.repository === 'string' ? file.repository : file.repository?.url;
  return url
    ?.replace(/^github:/, 'https://github.com/')
    .replace(/^git\+/, '')
    .replace(/\.git$/, '');
}
