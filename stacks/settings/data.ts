import { define } from './define.ts';
import { flag, list, text, whole } from './kinds.ts';

const region = text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-west-1');

/** The keys about the tables. */
export const dataDefinitions = {
  'data.pointInTimeRecovery': define(
    flag,
    true,
    'Restore tables to any second of the last 35 days; 0.20 USD per GB and month',
  ),
  'data.maxReadUnits': define(
    whole(1, 2147483647),
    undefined,
    'Most read units a second of a table: a guard against a runaway bill',
  ),
  'data.maxWriteUnits': define(whole(1, 2147483647), undefined, 'Most write units a second of a table'),
  'data.replicaRegions': define(
    list(region),
    undefined,
    'Regions with a replica of every table; a replica costs as much as the table',
  ),
};
