import { patterns } from '../../components/validation.ts';
import { define } from './define.ts';
import { flag, oneOf, text, whole } from './kinds.ts';

/** The keys about the site and its CDN. */
export const siteDefinitions = {
  'site.domainName': define(
    text(patterns.domainName, 'a domain name in lower case'),
    undefined,
    'Own name of the entry point, in place of CloudFront’s; needs `site.hostedZoneId` or `site.certificateArn`',
  ),
  'site.hostedZoneId': define(
    text(/^Z[A-Z0-9]+$/, 'the id of a Route 53 zone, such as Z0123456789ABCDEFGHIJ'),
    undefined,
    'Zone of that name, in which its certificate and records are created',
  ),
  'site.certificateArn': define(
    text(
      /^arn:[a-z-]+:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
      'the ARN of an ACM certificate in us-east-1',
    ),
    undefined,
    'Certificate of that name, in place of a new one; without a zone point the name at the CDN yourself',
  ),
  'site.webAcl': define(
    flag,
    true,
    'AWS WAF in front of the CDN: managed rules and a rate limit; 10 USD a month and 0.60 per million requests',
  ),
  'site.requestsPerFiveMinutes': define(
    whole(10, 2000000000),
    5000,
    'Requests of one address in five minutes above which `site.webAcl` refuses it',
  ),
  'site.accessLogs': define(flag, true, 'The CDN writes access logs; only their storage costs'),
  'site.priceClass': define(
    oneOf(['PriceClass_100', 'PriceClass_200', 'PriceClass_All']),
    'PriceClass_100',
    'Where the CDN serves from: North America and Europe, Asia and Africa too, or everywhere',
  ),
};
