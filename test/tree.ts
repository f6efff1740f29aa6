/** Folders of test/ that mirror no source; CONTRIBUTING.md says what each of them is for. */
export const rooms: readonly string[] = ['drills', 'e2e', 'mutants', 'support'];

/**
 * Tests that stand where none of the project's files says to look for them.
 * @param files all files of the project, by their path from its root
 */
export function misplacedTests(files: readonly string[]): string[] {
  const tested = new Set(files.flatMap(namesOf));
  return files
    .filter((file) => /^test\/.*\.test\.ts$/.test(file))
    .filter((file) => !rooms.includes(file.split('/')[1] as string))
    .filter((file) => {
      const name = file.replace(/^test\//, '').replace(/\.test\.ts$/, '');
      return !tested.has(name) && !tested.has(withoutExtension(name));
    });
}

/** What a test of a file or of a folder around it may be called. A helper of the tests has its test beside it. */
function namesOf(file: string): string[] {
  if (file.endsWith('.test.ts')) return [];
  // Mocha's patterns and TypeScript pass over folders that begin with a dot.
  const path = file.replace(/^test\//, '').replace(/^\./, '');
  const folders = path.split('/').map((_, depth, parts) => parts.slice(0, depth).join('/'));
  return [withoutExtension(path), ...(file.startsWith('test/') ? [] : folders)];
}

function withoutExtension(path: string): string {
  return path.replace(/\.[^./]*$/, '');
}
