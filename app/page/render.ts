import type { SavedString } from './store.ts';

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}

/** The page's HTML, made once per version: its readers far outnumber its changes. */
export function createRenderer(): (saved: SavedString) => string {
  let rendered = { version: -1, string: '', html: '' };
  return ({ version, string }) => {
    if (rendered.version !== version || rendered.string !== string)
      rendered = { version, string, html: render(string) };
    return rendered.html;
  };
}

function render(string: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The saved string</title>
</head>
<body>
<h1>The saved string is ${escapeHtml(string)}</h1>
</body>
</html>
`;
}
