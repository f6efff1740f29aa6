import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  asArgument,
  checkExactlyOne,
  checkOneOf,
  checkUnique,
  checkWhole,
  type Label,
  type Problems,
  patterns,
} from '../validation.ts';
import type { StaticSiteDomainArgs } from './args.ts';
import type { Settings } from './defaults.ts';
import { findFileCode, longestCode } from './edge-functions.ts';
import { hasHashedName, pathsOf, readSite, type SiteFile } from './files.ts';

/** Everything that is wrong with the arguments, to be reported at once; undefined entries are no problems. */
export function problems(name: string, settings: Settings): Problems {
  return [
    /^[A-Za-z][A-Za-z0-9-]{0,29}$/.test(name)
      ? undefined
      : 'the name must begin with a letter and hold at most 30 letters, digits and hyphens',
    ...directoryProblems(settings),
    ...serviceProblems(settings),
    ...pathProblems(settings),
    ...domainProblems(settings),
    settings.webAcl !== undefined && settings.webAclArn !== undefined
      ? 'at most one of webAcl and webAclArn may be set, not both'
      : undefined,
    checkWhole('webAcl.requestsPerFiveMinutes', settings.webAcl?.requestsPerFiveMinutes, 10, 2_000_000_000),
    ...(settings.webAcl?.textPaths ?? []).map(textPathProblem),
    checkUnique('webAcl.textPaths', settings.webAcl?.textPaths ?? []),
    checkOneOf('priceClass', settings.priceClass, ['PriceClass_100', 'PriceClass_200', 'PriceClass_All']),
  ];
}

function directoryProblems(settings: Settings): Problems {
  const { directory, immutableDirectories, singlePage } = settings;
  if (statSync(join(directory, 'index.html'), { throwIfNoEntry: false }) === undefined) {
    return [`directory "${directory}" holds no index.html; is the site built?`];
  }
  const files = readSite(directory, immutableDirectories);
  const code = findFileCode(pathsOf(files, immutableDirectories, singlePage));
  return [
    unhashed(files),
    code.length > longestCode
      ? `directory "${directory}" has too many pages, or files with fixed names: the function that finds them may have ${longestCode} bytes, not ${code.length}`
      : undefined,
  ];
}

/** Browsers keep these files for a year, so a file that changed under the same name would stay out of date. */
function unhashed(files: SiteFile[]): string | undefined {
  const keys = files
    .filter(({ key, isImmutable }) => isImmutable && !hasHashedName(key))
    .map(({ key }) => key);
  if (keys.length === 0) return undefined;
  return `files in immutableDirectories must have a hash of their content in their names, unlike ${keys.join(', ')}`;
}

function serviceProblems({ service }: Settings): Problems {
  if (service === undefined) return [];
  const { internalLoadBalancer, publicEndpoint } = service;
  const one = checkExactlyOne({ internalLoadBalancer, publicEndpoint });
  return [
    one === undefined ? undefined : `service: ${one}`,
    service.paths.length === 0 ? 'service.paths must name at least one path' : undefined,
  ];
}

function pathProblems({ service, buckets }: Settings): Problems {
  const paths = [...(service?.paths ?? []), ...buckets.map(({ path }) => path)];
  const names = buckets.map(({ name }) => name);
  return [
    ...paths.map((path) =>
      /^\/[A-Za-z0-9_.*$/~'"@:+&?-]+$/.test(path) && path !== '/*'
        ? undefined
        : `a path must begin with a slash, be more than /* and hold characters of CloudFront's patterns only, not "${path}"`,
    ),
    checkUnique('paths', paths),
    ...names.map((name) =>
      /^[A-Za-z0-9-]{1,20}$/.test(name)
        ? undefined
        : `buckets: a name must hold 1 to 20 letters, digits and hyphens, not "${name}"`,
    ),
    checkUnique('buckets: names', names),
  ];
}

function textPathProblem(path: string): string | undefined {
  if (/^\/[A-Za-z0-9_.$~@:+/-]+(\/\*)?$/.test(path)) return undefined;
  return `webAcl.textPaths: a path must begin with a slash and have no * but after its last slash, not "${path}"`;
}

function domainProblems({ domain }: Settings): Problems {
  if (domain === undefined) return [];
  const named = [['domain.name', domain.name], ...domain.otherNames.map((one) => ['domain.otherNames', one])];
  return [
    ...named.map(([argument, one = '']) =>
      patterns.domainName.test(one)
        ? undefined
        : `${argument} must be a domain name in lower case, not "${one}"`,
    ),
    checkUnique('domain.otherNames', [domain.name, ...domain.otherNames]),
    checkCertificateOf(domain, asArgument),
  ];
}

/** A problem unless there is a certificate, or a zone in which one can be validated. */
export function checkCertificateOf(
  { hostedZoneId, certificateArn }: Partial<StaticSiteDomainArgs>,
  label: Label,
): string | undefined {
  return hostedZoneId === undefined && certificateArn === undefined
    ? `${label('domain')} needs ${label('hostedZoneId')}, or ${label('certificateArn')} where its records are made elsewhere`
    : undefined;
}
