// A process that reads lanes of random ends again and again, as a task of the service does, and tells its parent of each
// answer when it was asked and when it was answered.
import type { createRatesStore as CreateRatesStore } from '../../../app/rates/store.ts';
import { databaseClient } from '../../support/clients.ts';
import { allPorts, allRegions, days } from '../../support/history.ts';
import type { Reading, Target } from './readers.ts';

// The store of this release, or that of an earlier one.
const [, , store = '../../../app/rates/store.ts'] = process.argv;
const { createRatesStore } = (await import(store)) as { createRatesStore: typeof CreateRatesStore };
const ends = [...allPorts, ...allRegions];
const pick = () => ends[Math.floor(Math.random() * ends.length)] as string;
let current: Target | undefined;

process.on('message', (target: Target | 'stop') => {
  current = target === 'stop' ? undefined : target;
  if (current) void read(current);
  else process.send?.('stopped');
});

async function read(target: Target): Promise<void> {
  const client = databaseClient(target.endpoint);
  const rates = createRatesStore(client, target.table);
  while (current === target) {
    const [orig, dest] = [pick(), pick()];
    const asked = Date.now();
    const found = await rates.read({ from: days[0] as string, to: days.at(-1) as string, orig, dest });
    const quotes = 'quotes' in found ? [...found.quotes] : [];
    // An earlier release says of a day whose prices were all retracted that it has 0.
    const cells = quotes
      .filter(([, { count }]) => count !== 0)
      .map(([day, { count, sum }]) => [day, `${count} ${sum}`] as const);
    const reading: Reading = { lane: `${orig} ${dest}`, asked, answered: Date.now(), cells };
    if (current === target) process.send?.(reading);
  }
  client.destroy();
}
