import { spawnSync } from 'node:child_process';
import { Marked, type Token } from 'marked';

/** The commands of each fenced sh block, with their comments, as a reader pastes them. */
export function blocksOf(markdown: string): string[][] {
  const marked = new Marked();
  const blocks: string[][] = [];
  marked.walkTokens(marked.lexer(markdown), (token: Token) => {
    if (token.type === 'code' && token.lang === 'sh') blocks.push(split(token.text));
  });
  return blocks;
}

/** A command is the fewest lines that the shell takes for whole. */
function split(block: string): string[] {
  const commands: string[] = [];
  let open: string[] = [];
  for (const line of block.split('\n')) {
    open.push(line);
    const text = open.join('\n');
    if (!isWhole(text)) continue;
    if (open.some((part) => /^\s*[^\s#]/.test(part))) commands.push(text);
    open = [];
  }
  if (open.length > 0) throw new Error(`the shell waits for more: ${open.join('\n')}`);
  return commands;
}

function isWhole(text: string): boolean {
  return !text.endsWith('\\') && spawnSync('sh', ['-n'], { input: `${text}\n` }).status === 0;
}

/** Without its comment, for names of tests and for looking it up. */
export function bare(command: string): string {
  return command.replace(/\s+# .*$/gm, '');
}
