import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** What each source file imports: files by their path from the root, packages as `package:<name>`. */
export type Imports = ReadonlyMap<string, readonly string[]>;

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = 'contract,workflows,data,app,jobs,components,stacks,local,scripts,site,bench,docs,worker';

export function readImports(): Imports {
  const files = globSync(`{${folders}}/**/*.{ts,tsx}`, { cwd: root });
  return new Map(files.map((file) => [file, importsOf(file, readFileSync(join(root, file), 'utf8'))]));
}

/** Types too, dynamic imports and what is exported again. */
export function importsOf(file: string, source: string): string[] {
  const { importedFiles } = ts.preProcessFile(source, true, true);
  return importedFiles.map(({ fileName }) =>
    fileName.startsWith('.') ? normalize(join(dirname(file), fileName)) : `package:${fileName}`,
  );
}

interface Rule {
  readonly rule: string;
  readonly isBroken: (file: string, imported: string) => boolean;
}

export const rules: readonly Rule[] = [
  { rule: 'contract/ imports nothing', isBroken: beyond('contract') },
  { rule: 'workflows/ imports contract/ alone', isBroken: beyond('workflows', 'contract') },
  {
    rule: 'data/ imports contract/ and packages alone',
    isBroken: beyond('data', 'contract', 'package'),
  },
  {
    rule: 'app/ imports contract/, data/ and packages alone',
    isBroken: beyond('app', 'contract', 'data', 'package'),
  },
  {
    rule: 'jobs/ imports contract/, data/ and packages alone',
    isBroken: beyond('jobs', 'contract', 'data', 'package'),
  },
  {
    rule: 'components/ imports workflows/, contract/ and packages alone',
    isBroken: beyond('components', 'workflows', 'contract', 'package'),
  },
  {
    rule: 'worker/ imports Node and the client of SQS alone, since a container has no Pulumi',
    isBroken: (file, imported) =>
      file.startsWith('worker/') && !/^(worker\/|package:node:|package:@aws-sdk\/client-sqs$)/.test(imported),
  },
  {
    rule: 'others import the index.ts of a component, and no other file of it',
    isBroken: (file, imported) =>
      /^components\/[^/]+\/(?!index\.ts$)/.test(imported) && roomOf(imported) !== roomOf(file),
  },
  {
    rule: 'routes see nothing of DynamoDB',
    isBroken: (file, imported) =>
      /^app\/.*routes\.ts$/.test(file) &&
      /^(data\/dynamodb\/|package:@aws-sdk\/client-dynamodb)/.test(imported),
  },
  { rule: 'tests alone import from test/', isBroken: (_file, imported) => imported.startsWith('test/') },
];

/** Whether a file of `folder` imports what is neither of it nor `allowed`. */
function beyond(folder: string, ...allowed: readonly string[]): Rule['isBroken'] {
  const top = (path: string) => path.split(/[/:]/, 1)[0] as string;
  return (file, imported) => top(file) === folder && ![folder, ...allowed].includes(top(imported));
}

/** The folder below the first one that a file lies in; a file that lies in none is a room of its own. */
function roomOf(file: string): string {
  return file.split('/').slice(0, 2).join('/');
}

/** Every import that breaks a rule, and every circle of files or of folders. */
export function violations(imports: Imports): string[] {
  const broken = [...imports].flatMap(([file, imported]) =>
    imported.flatMap((each) =>
      rules
        .filter(({ isBroken }) => isBroken(file, each))
        .map(({ rule }) => `${file} imports ${each}: ${rule}`),
    ),
  );
  // The site loads a page when it is asked for, and its pages link to each other through what loads them.
  const ordered = new Map([...imports].filter(([file]) => !file.startsWith('site/')));
  const files = circles(ordered).map((circle) => `${circle.join(', ')}: files import each other in a circle`);
  const rooms = circles(roomsOf(ordered)).map(
    (circle) => `${circle.join(', ')}: folders import each other in a circle`,
  );
  return [...broken, ...files, ...rooms];
}

function roomsOf(imports: Imports): Imports {
  const rooms = new Map<string, string[]>();
  for (const [file, imported] of imports) {
    const room = roomOf(file);
    const others = imported.filter((each) => imports.has(each)).map(roomOf);
    rooms.set(room, [...(rooms.get(room) ?? []), ...others.filter((other) => other !== room)]);
  }
  return rooms;
}

/** Tarjan's strongly connected components, of those that have more than one member. */
function circles(graph: Imports): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  function visit(node: string): void {
    const number = order.size;
    order.set(node, number);
    lowest.set(node, number);
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      // What has left the path belongs to a circle that is found already, or to none.
      if (path.includes(next)) lowest.set(node, Math.min(lowest.get(node) ?? 0, lowest.get(next) ?? 0));
    }
    if (lowest.get(node) !== number) return;
    const circle = path.splice(path.indexOf(node));
    if (circle.length > 1) found.push(circle.sort());
  }
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
}
