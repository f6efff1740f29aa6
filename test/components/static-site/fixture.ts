import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { StaticSite, type StaticSiteArgs } from '../../../components/static-site/index.ts';
import { children, only, type PlannedResource, record } from '../mocks.ts';
import type { RecorderOptions } from '../recorder.ts';

export const distribution = 'aws:cloudfront/distribution:Distribution';

/** A site as Vite builds it. */
export const builtSite: Record<string, string> = {
  'index.html': '<p>home',
  'player/index.html': '<p>player',
  'about.html': '<p>about',
  'robots.txt': 'User-agent: *',
  'assets/index-DiwrgTda.js': 'console.log(1)',
  'assets/index-BWz_9x3k.css': 'p {}',
  '.DS_Store': 'x',
  '.well-known/security.txt': 'Contact: mailto:a@example.com',
};

const made: string[] = [];

/** A directory with these files, removed after the tests. */
export function directoryOf(files: Record<string, string> = builtSite): string {
  const directory = mkdtempSync(join(tmpdir(), 'static-site-'));
  made.push(directory);
  for (const [key, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, key)), { recursive: true });
    writeFileSync(join(directory, key), content);
  }
  return directory;
}

after(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true });
});

/** What a site called `site` registers. */
export async function resourcesOf(
  args: Partial<StaticSiteArgs> = {},
  options?: RecorderOptions,
): Promise<PlannedResource[]> {
  const { resources } = await record(() => {
    new StaticSite('site', { directory: directoryOf(), ...args });
  }, options);
  return resources;
}

/** As stacks/site.ts puts it before an internal load balancer. */
export const behindLoadBalancer: Partial<StaticSiteArgs> = {
  service: {
    paths: ['/api/*', '/page'],
    internalLoadBalancer: {
      arn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/api-lb-1a2b3c4/50dc6c495c0c9188',
      domainName: 'internal-api-lb.us-east-1.elb.amazonaws.com',
      vpcId: 'vpc-1',
      securityGroupId: 'sg-entry',
    },
  },
};

/** As stacks/site.ts puts it before an HTTP API. */
export const behindEndpoint = (): Partial<StaticSiteArgs> => ({
  service: {
    paths: ['/api/*'],
    publicEndpoint: {
      domainName: 'x.execute-api.us-east-1.amazonaws.com',
      secret: pulumi.secret('open sesame'),
    },
  },
});

/** What a site registers only with these arguments. */
export async function added(args: Partial<StaticSiteArgs>): Promise<string[]> {
  const own = children(await resourcesOf(), 'site');
  return children(await resourcesOf(args), 'site').filter((child) => !own.includes(child));
}

export type Entries = Record<string, Record<string, unknown>[]>;

/** The distribution's origin called `service`, and its behaviors. */
export async function serviceOf(args: Partial<StaticSiteArgs>) {
  const { inputs } = only(await resourcesOf(args), distribution);
  const { origins, orderedCacheBehaviors } = inputs as Entries;
  return {
    origin: origins?.find(({ originId }) => originId === 'service'),
    behaviors: orderedCacheBehaviors ?? [],
  };
}
