import { claimsOf, worldOf } from '../identities/claims.ts';
import type { Rule } from './rule.ts';

export const identityRules: Rule[] = [
  {
    ids: ['own-identity'],
    level: 'baseline',
    requires: 'no other resource claims the same port, priority, rule, name or record',
    violations: ({ all }) => {
      const world = worldOf([]);
      const claims = all.flatMap((resource) =>
        claimsOf(resource, world, `${resource.type} ${resource.name}`).map((claim) => ({
          ...claim,
          name: resource.name,
        })),
      );
      return [...Map.groupBy(claims, ({ identity }) => identity).values()].flatMap((group) => {
        const [first] = group;
        return group.filter(({ holder }) => holder !== first?.holder).map(({ name }) => name);
      });
    },
  },
];
