import { expect } from 'chai';
import { IngestPipeline, type IngestPipelineArgs } from '../../../components/ingest-pipeline/index.ts';
import { least, slack, variables } from './fixture.ts';

const any = { name: 'Any', vcpu: 0.25, memoryMiB: 512, timeoutSeconds: 900 };

const refused: [Partial<IngestPipelineArgs>, string][] = [
  [
    { prefix: 'incoming' },
    '"incoming" is no prefix: letters, digits, dots, underscores and hyphens, and a slash at the end',
  ],
  [
    { outputPrefixes: ['/'] },
    '"/" is no prefix: letters, digits, dots, underscores and hyphens, and a slash at the end',
  ],
  [{ outputPrefixes: ['incoming/'] }, 'outputPrefixes must not hold the prefix "incoming/" itself'],
  [{ keptPrefixes: ['incoming/'] }, 'keptPrefixes must not hold "incoming/", whose objects expire'],
  [{ sweep: { kinds: ['ports'], delaySeconds: 1 } }, 'sweep.kinds: "ports" is none of kinds, prices'],
  [{ onDemandFallback: true }, 'onDemandFallback is for jobs on Spot: set spot'],
  [{ sweep: { kinds: [], delaySeconds: 1 } }, 'sweep.kinds must name at least one kind'],
  [
    { sweep: { kinds: ['prices'], delaySeconds: -1 } },
    'sweep.delaySeconds must be a whole number from 0 to 86400, not -1',
  ],
  [{ kinds: [] }, 'kinds must name at least one kind of file'],
  [{ kinds: ['a', 'a'] }, 'kinds repeats one: a, a'],
  [{ kinds: ['a/b'] }, 'the kind "a/b" must be letters, digits, dots, underscores and hyphens'],
  [{ sizeClasses: [] }, 'sizeClasses must hold at least one class'],
  [{ sizeClasses: [{ ...any, maxBytes: 1 }, any] }, 'sizeClasses repeats a name: Any, Any'],
  [{ sizeClasses: [any, { ...any, name: 'Last' }] }, 'sizeClasses: all but the last need maxBytes'],
  [
    {
      sizeClasses: [
        { ...any, maxBytes: 2, name: 'A' },
        { ...any, maxBytes: 2, name: 'B' },
        { ...any, name: 'C' },
      ],
    },
    'sizeClasses: maxBytes must be rising whole numbers, not 2, 2',
  ],
  [
    { sizeClasses: [{ ...any, maxBytes: 0.5, name: 'A' }, any] },
    'sizeClasses: maxBytes must be rising whole numbers, not 0.5',
  ],
  [{ sizeClasses: [{ ...any, name: 'A b' }] }, 'size class "A b": the name must be letters and digits'],
  [
    { sizeClasses: [{ ...any, name: 'Claim' }] },
    'size class "Claim": a state of the state machine has this name already',
  ],
  [
    { sizeClasses: [{ ...any, memoryMiB: 8192 }] },
    'size class "Any": size 256/8192 (CPU units/MiB) is none of Fargate\'s; nearest: 1024/8192 or 256/2048',
  ],
  [
    { maxVcpus: 1, sizeClasses: [{ ...any, vcpu: 2, memoryMiB: 4096 }] },
    'size class "Any": 2 vCPUs are more than maxVcpus, 1; it would never start',
  ],
  [
    { sizeClasses: [{ ...any, timeoutSeconds: 30 }] },
    'size class "Any": timeoutSeconds must be a whole number from 60 to 86400, not 30',
  ],
  [{ variables: { ...variables, id: '1D' } }, 'variables: "1D" is no variable name'],
  [{ variables: { ...variables, id: 'KEY' } }, 'variables and environment: KEY is given more than once'],
  [{ environment: { KEY: 'x' } }, 'variables and environment: KEY is given more than once'],
  [{ maxVcpus: 1.5 }, 'maxVcpus must be a whole number from 1 to 10000, not 1.5'],
  [{ attempts: 0 }, 'attempts must be a whole number from 1 to 10, not 0'],
  [{ stuckSeconds: 599 }, 'stuckSeconds must be a whole number from 600 to 86400, not 599'],
  [{ backlogMinutes: 0 }, 'backlogMinutes must be a whole number from 1 to 1440, not 0'],
  [{ expireDays: 0 }, 'expireDays must be a whole number from 1 to 36500, not 0'],
  [
    { slack, webhook: { url: 'https://x', token: 't' } },
    'at most one of slack and webhook may be set, not both',
  ],
  [
    { slack: { ...slack, channel: '#alerts' } },
    'slack.channel must be the id of a channel, such as C0123456789, not "#alerts"',
  ],
  [{ webhook: { url: 'http://x', token: 't' } }, 'webhook.url must begin with https://, not be "http://x"'],
];

describe('IngestPipeline refuses', () => {
  for (const [args, problem] of refused) {
    it(problem.slice(0, 90), () => {
      expect(() => new IngestPipeline('ingest', { ...least, ...args })).to.throw(
        `IngestPipeline "ingest": ${problem}`,
      );
    });
  }

  it('a retention that CloudWatch does not know', () => {
    expect(() => new IngestPipeline('ingest', { ...least, logRetentionDays: 2 })).to.throw(
      'IngestPipeline "ingest": logRetentionDays must be one of 1, 3, 5,',
    );
  });

  it('names that are too long or hold anything else than letters, digits and hyphens', () => {
    for (const name of ['i'.repeat(41), 'in_gest', '1ngest']) {
      expect(() => new IngestPipeline(name, least)).to.throw(
        `IngestPipeline "${name}": the name must begin with a letter and hold at most 40 letters, digits and hyphens`,
      );
    }
  });

  it('all problems at once', () => {
    expect(() => new IngestPipeline('ingest', { ...least, kinds: [], attempts: 0 })).to.throw(
      'IngestPipeline "ingest": \n' +
        '  - kinds must name at least one kind of file\n' +
        '  - attempts must be a whole number from 1 to 10, not 0',
    );
  });
});
