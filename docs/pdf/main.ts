import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pageOf, repositoryUrl } from './page.ts';
import { print } from './print.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What is printed, each to the file beside it. Relative to the project's root. */
const printed = ['docs/design.md'];

if (process.argv.includes('--help')) {
  console.log(`npm run docs   prints ${printed.join(', ')} to PDF; needs Chromium (CHROMIUM names one)`);
} else {
  try {
    for (const path of printed) {
      const file = path.replace(/\.md$/, '.pdf');
      const pdf = await print(pageOf(path, repositoryUrl()));
      writeFileSync(join(root, file), pdf);
      console.log(`${file}  ${Math.round(pdf.length / 1024)} KiB`);
    }
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
