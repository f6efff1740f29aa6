import { regionsCsv } from '../../local/commands/sample/locations.ts';

/** Pairs of the sample's regions and ports, of each kind with each. */
export const sampleLanes = [
  ['asia', 'europe'],
  ['china', 'baltic'],
  ['CNGGZ', 'north_europe'],
  ['CNGGZ', 'EETLL'],
  ['americas', 'asia'],
] as const;

/** The sample's regions, with China in Africa. */
export const chinaInAfrica = regionsCsv().replace('china,China,asia', 'china,China,africa');
