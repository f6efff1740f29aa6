import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchSources } from '../../local/watch-sources.ts';
import { until } from '../support/until.ts';

describe('the watch on sources', () => {
  it('hears of a file that is replaced again and again, of new files, and of those in new directories', async () => {
    const root = mkdtempSync(join(tmpdir(), 'trellis-sources-'));
    mkdirSync(join(root, 'a', 'b'), { recursive: true });
    let changes = 0;
    const close = watchSources([root], () => changes++);
    const write = (path: string) => {
      writeFileSync(join(root, `${path}.new`), '');
      renameSync(join(root, `${path}.new`), join(root, path));
    };
    for (const change of [
      () => write('a/b/file.ts'),
      () => write('a/b/file.ts'),
      () => write('a/b/file.ts'),
      () => mkdirSync(join(root, 'a', 'c')),
      () => write('a/c/file.ts'),
      () => rmSync(join(root, 'a', 'b'), { recursive: true }),
      () => write('file.ts'),
    ]) {
      const before = changes;
      change();
      await until(() => changes > before);
    }
    close();
    rmSync(root, { recursive: true });
  });
});
