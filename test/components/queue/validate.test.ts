import { expect } from 'chai';
import { Queue, type QueueArgs } from '../../../components/queue/index.ts';
import { record } from '../mocks.ts';

/** Arguments that are refused, and what the error says of them. */
const refused: [string, QueueArgs, RegExp][] = [
  [
    'visibility',
    { visibilityTimeoutSeconds: 43_201 },
    /visibilityTimeoutSeconds must be a whole number from 0 to 43200/,
  ],
  [
    'retention',
    { retentionSeconds: 59 },
    /retentionSeconds must be a whole number from 60 to 1209600, not 59/,
  ],
  ['delay', { delaySeconds: 901 }, /delaySeconds must be a whole number from 0 to 900/],
  ['wait', { receiveWaitSeconds: 21 }, /receiveWaitSeconds must be a whole number from 0 to 20/],
  ['receives', { maxReceives: 0 }, /maxReceives must be a whole number from 1 to 1000/],
  ['age', { maxAgeSeconds: 0 }, /maxAgeSeconds must be a whole number from 1/],
  ['receives of one', { deadLetterQueue: false, maxReceives: 3 }, /maxReceives needs deadLetterQueue/],
  ['age of one', { deadLetterQueue: false, maxAgeSeconds: 3 }, /maxAgeSeconds needs deadLetterQueue/],
  ['deduplication', { contentBasedDeduplication: true }, /contentBasedDeduplication needs fifo/],
  ['service', { services: [{ service: '*', sourceArns: [] }] }, /"\*" is no service of AWS/],
];

describe('Queue refuses', () => {
  const attempts: [string, string, QueueArgs, RegExp][] = [
    ...refused.map(([what, ...rest]): [string, string, QueueArgs, RegExp] => [what, 'orders', ...rest]),
    ['a name', 'a b', {}, /the name must be letters, digits, hyphens and underscores only/],
    ['a long name', 'q'.repeat(55), {}, /the name has 55 characters; it may have 54/],
  ];
  for (const [what, name, args, message] of attempts) {
    it(what, async () => {
      const { outputs } = await record(() => {
        try {
          new Queue(name, args);
        } catch (error) {
          return (error as Error).message;
        }
        return 'accepted';
      });
      expect(outputs).to.match(message);
    });
  }
});
