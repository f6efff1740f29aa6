import { writeFileSync } from 'node:fs';
import { draw } from './workers/draw.ts';
import { simulateDay, table } from './workers/report.ts';

const picture = new URL('../docs/workers.svg', import.meta.url);

/** A day of a `QueueWorker` for two latencies: prints the table of docs/workers.md and draws its picture. */
export async function run(): Promise<void> {
  const days = [simulateDay(300), simulateDay(900)];
  console.log(table(days));
  writeFileSync(picture, draw(days));
  console.log('drawn: docs/workers.svg');
}
