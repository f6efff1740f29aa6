import { checkWhole, type Problems } from '../validation.ts';
import type { QueueArgs } from './args.ts';

/** Everything that is wrong with the arguments, to be reported at once; undefined entries are no problems. */
export function problems(name: string, args: QueueArgs): Problems {
  const { fifo = false, deadLetterQueue = true } = args;
  // SQS takes 80 characters, of which `-dead-letters`, Pulumi's suffix and `.fifo` take 26.
  const longest = deadLetterQueue ? 54 : 67;
  return [
    /^[A-Za-z0-9_-]+$/.test(name)
      ? undefined
      : 'the name must be letters, digits, hyphens and underscores only',
    name.length > longest ? `the name has ${name.length} characters; it may have ${longest}` : undefined,
    checkWhole('visibilityTimeoutSeconds', args.visibilityTimeoutSeconds, 0, 43_200),
    checkWhole('retentionSeconds', args.retentionSeconds, 60, 1_209_600),
    checkWhole('delaySeconds', args.delaySeconds, 0, 900),
    checkWhole('receiveWaitSeconds', args.receiveWaitSeconds, 0, 20),
    checkWhole('maxReceives', args.maxReceives, 1, 1000),
    checkWhole('maxAgeSeconds', args.maxAgeSeconds, 1, 1_209_600),
    args.maxReceives !== undefined && !deadLetterQueue ? 'maxReceives needs deadLetterQueue' : undefined,
    args.maxAgeSeconds !== undefined && !deadLetterQueue
      ? 'maxAgeSeconds needs deadLetterQueue: without it the alarm is on for any message'
      : undefined,
    args.contentBasedDeduplication === true && !fifo ? 'contentBasedDeduplication needs fifo' : undefined,
    ...(args.services ?? [])
      .filter(({ service }) => !/^[a-z0-9.-]+\.amazonaws\.com$/.test(service))
      .map(({ service }) => `services: "${service}" is no service of AWS, such as events.amazonaws.com`),
  ];
}
