import * as pulumi from '@pulumi/pulumi';
import { StaticSite } from 'trellis-components';

const config = new pulumi.Config();

// One site under two names, which its certificate has both; the records are made in the zone.
const site = new StaticSite('site', {
  directory: 'pages',
  domain: {
    name: 'www.example.com',
    otherNames: ['example.com'],
    hostedZoneId: config.require('hostedZoneId'),
  },
});

export const url = site.url;
export const files = site.bucketName;
