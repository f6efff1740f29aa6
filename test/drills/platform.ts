// The laptop's platform as a process of its own, to be killed. Arguments: state directory, port (0 for a free one), and
// as JSON what is to be different from `npm start`.

import { seededRandom } from '../../local/commands/sample/random.ts';
import { startPlatform } from '../../local/platform.ts';
import { State } from '../../local/state.ts';

const [directory = '', port, options = '{}'] = process.argv.slice(2);
const { seed, maxDeliveries, fixed } = JSON.parse(options) as {
  seed: number;
  maxDeliveries: number;
  fixed: string;
};
const random = seededRandom(seed);
const platform = await startPlatform({
  state: new State(directory),
  port: Number(port),
  watch: false,
  show: (line) => console.log(line),
  ingest: {
    command: ['node', 'test/drills/poisoned-job.ts'],
    jobVariables: { FIXED: fixed },
    retryPause: 50,
    deliveries: () => 1 + Math.floor(random() * maxDeliveries),
  },
});
process.on('message', () => void platform.stop().then(() => process.exit(0)));
process.send?.({ apiKey: platform.apiKey, port: Number(new URL(platform.url).port) });
