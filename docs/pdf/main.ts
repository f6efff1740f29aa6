import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../scripts/command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What is printed, each to the file beside it. Relative to the project's root. */
const printed = ['docs/design.md'];

await runCommand({
  name: 'npm run docs',
  help: `  prints ${printed.join(', ')} to PDF; needs Chromium (CHROMIUM names one)

Exit codes: 0 printed, 1 not printed, 2 called wrongly.`,
  options: {},
  run: async () => {
    const [{ pageOf, repositoryUrl }, { print }] = await Promise.all([
      import('./page.ts'),
      import('./print.ts'),
    ]);
    for (const path of printed) {
      const file = path.replace(/\.md$/, '.pdf');
      const pdf = await print(pageOf(path, repositoryUrl()));
      writeFileSync(join(root, file), pdf);
      console.log(`${file}  ${Math.round(pdf.length / 1024)} KiB`);
    }
  },
});
