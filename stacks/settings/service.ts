import { define } from './define.ts';
import { ipv4Range, list, oneOf, text, whole } from './kinds.ts';

/** The keys about the service and its load balancer or HTTP API. */
export const serviceDefinitions = {
  'service.exposure': define(
    oneOf(['internal-load-balancer', 'public-load-balancer', 'http-api']),
    'internal-load-balancer',
    'How callers reach the service; a release loses no response behind a load balancer, an HTTP API does not drain',
  ),
  'service.cpu': define(whole(256, 16384, 'CPU units, 1024 are one vCPU'), 512, 'CPU of a task'),
  'service.memory': define(whole(512, 122880, 'MiB'), 1024, 'Memory of a task; must fit its CPU'),
  'service.architecture': define(
    oneOf(['arm64', 'x86_64']),
    'arm64',
    'Processor of tasks and image; ARM is 20 % cheaper',
  ),
  'service.certificateArn': define(
    text(/^arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, 'the ARN of an ACM certificate'),
    undefined,
    'Certificate for HTTPS on the load balancer; port 80 then redirects',
  ),
  'service.domainName': define(
    text(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a domain name'),
    undefined,
    'Name of the certificate, by which the CDN connects; point it at a public load balancer yourself',
  ),
  'service.allowedCidrs': define(
    list(ipv4Range),
    undefined,
    'IPv4 ranges that may connect to the load balancer; without it only the CDN (internal), or all (public)',
  ),
  'service.throttleRate': define(
    whole(1, 10000),
    100,
    'Requests a second above which the HTTP API answers 429',
  ),
  'service.throttleBurst': define(whole(1, 5000), 200, 'Requests that may come at once beyond that rate'),
  'service.containerInsights': define(
    oneOf(['disabled', 'enabled', 'enhanced']),
    'disabled',
    'CloudWatch Container Insights, charged per metric',
  ),
  'service.logLevel': define(
    oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'info',
    'What the service logs',
  ),
  'page.readUnitsPerSecond': define(
    whole(1, 1000),
    undefined,
    'Units of 4 KB a second that a task reads the page with; without it what one item gives to twice `scaling.maxTasks`, at most 240',
  ),
  'streams.ipv6Prefix': define(
    whole(32, 128),
    64,
    'Leading bits of an IPv6 address that make a viewer: 64 is one line’s network, 128 the whole address',
  ),
};
