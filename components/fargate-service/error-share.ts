import type { AnswerMetrics } from './exposure.ts';

/**
 * CloudWatch queries for the percentage of 5xx answers in each minute: the highest of the given groups of answers. A
 * share of all answers would hide a canary that answers a few requests, all of them wrong.
 */
export function errorShares([first, ...further]: [AnswerMetrics, ...AnswerMetrics[]]) {
  if (further.length === 0) return share(first, '', true);
  const groups = [first, ...further];
  return [
    {
      id: 'worst',
      label: 'Highest share of 5xx in percent',
      expression: `MAX([${groups.map((_, index) => `share${index}`).join(', ')}])`,
      returnData: true,
    },
    ...groups.flatMap((group, index) => share(group, String(index), false)),
  ];
}

/** The share of one group. CloudWatch has no data for a count of zero, hence `FILL`. */
function share(
  { namespace, dimensions, requests, errors }: AnswerMetrics,
  suffix: string,
  returnData: boolean,
) {
  const names = [...new Set([...requests, ...errors])];
  const id = (metricName: string) => `m${suffix}${suffix && '_'}${names.indexOf(metricName)}`;
  const sum = (list: string[]) => list.map((metricName) => `FILL(${id(metricName)}, 0)`).join(' + ');
  return [
    {
      id: `share${suffix}`,
      label: 'Share of 5xx in percent',
      expression: `IF(${sum(requests)} > 0, 100 * (${sum(errors)}) / (${sum(requests)}), 0)`,
      returnData,
    },
    ...names.map((metricName) => ({
      id: id(metricName),
      metric: { namespace, metricName, dimensions, period: 60, stat: 'Sum' },
    })),
  ];
}
