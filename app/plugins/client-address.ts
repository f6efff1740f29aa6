import { isIP } from 'node:net';
import proxyAddress from '@fastify/proxy-addr';
import type { FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import ipaddr from 'ipaddr.js';
import { originHeaders } from '../../contract/site.ts';
import { invalid, Problem } from '../problem.ts';
import { secretMatcher } from '../secret.ts';

/** Headers in which a proxy may name the client. */
export const clientAddressHeaders = [
  'x-forwarded-for',
  'cloudfront-viewer-address',
  originHeaders.viewerAddress,
  'x-source-ip',
] as const;

type Header = (typeof clientAddressHeaders)[number];

/**
 * Whether a CDN writes this header. Callers may reach the service past the CDN and write it themselves, so it is believed
 * only together with the secret.
 */
export function needsOriginSecret(header: Header): boolean {
  return header === 'cloudfront-viewer-address' || header === originHeaders.viewerAddress;
}

export interface ClientAddressSettings {
  /** Addresses and CIDRs of the proxies that are believed when they name the client. */
  readonly trustedProxies: readonly string[];
  readonly clientAddressHeader: Header;
  /** The value that the CDN sends as `x-origin-secret`; required with a header for which `needsOriginSecret`. */
  readonly originSecret?: string | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * The client's address in canonical form. A header counts only when a trusted proxy sent the request. Each proxy
     * appends to `x-forwarded-for`, so the client is its rightmost address that is not a trusted proxy. The other headers
     * hold one address, which one proxy writes.
     * @throws Problem 400 when the header names no valid address, 403 when the CDN was bypassed.
     */
    clientAddress(): string;
  }
}

export const clientAddress = plugin<ClientAddressSettings>(
  async (app, settings) => {
    const trusts = proxyAddress.compile([...settings.trustedProxies]);
    const header = settings.clientAddressHeader;
    const isOriginSecret = secretMatcher(settings.originSecret ?? '');

    function address(request: FastifyRequest): string {
      const peer = request.socket.remoteAddress ?? '';
      if (!trusts(peer, 0)) return canonical(peer, 'connection');
      if (header === 'x-forwarded-for')
        return canonical(proxyAddress(request.raw, trusts), 'headers.x-forwarded-for');
      if (needsOriginSecret(header) && !isOriginSecret(request.headers[originHeaders.secret])) {
        throw new Problem(403, 'this service must be called through its CDN');
      }
      const named = request.headers[header];
      if (typeof named !== 'string') throw invalid(`headers.${header}`, 'is required');
      return canonical(
        header === 'cloudfront-viewer-address' ? withoutPort(named) : named,
        `headers.${header}`,
      );
    }

    app.decorateRequest('clientAddress', function (this: FastifyRequest) {
      return address(this);
    });
  },
  { name: 'client-address' },
);

/** One spelling per address (`::ffff:` stripped, IPv6 compressed), since the address is the viewer's key. */
function canonical(text: string, field: string): string {
  if (isIP(text) === 0 || text.includes('%')) throw invalid(field, 'names no valid IPv4 or IPv6 address');
  return ipaddr.process(text).toString();
}

/** CloudFront writes `address:port`, an IPv6 address without brackets. */
function withoutPort(text: string): string {
  return text.slice(0, text.lastIndexOf(':'));
}
