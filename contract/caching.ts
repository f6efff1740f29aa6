/**
 * How CloudFront keeps answers, as plain values in the shape of its API: local/aws/gateway.ts keeps them in the same way.
 * By default CloudFront keeps errors for 10 s, even when they forbid it (Developer Guide, "Control how long CloudFront
 * caches errors").
 */
export interface Caching {
  customErrorResponses: { errorCode: number; errorCachingMinTtl: number }[];
  /** The cache policy for the service's answers. */
  servicePolicy: {
    minTtl: number;
    defaultTtl: number;
    maxTtl: number;
    parametersInCacheKeyAndForwardedToOrigin: {
      queryStringsConfig: { queryStringBehavior: string };
      headersConfig: { headerBehavior: string; headers?: { items: string[] } };
      cookiesConfig: { cookieBehavior: string };
      enableAcceptEncodingGzip: boolean;
      enableAcceptEncodingBrotli: boolean;
    };
  };
}

/** The statuses that CloudFront keeps as errors, and for which the time can be set. */
const errorCodes = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];

export const caching: Caching = {
  // An error must not be answered to another caller, nor after its cause is gone.
  customErrorResponses: errorCodes.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
  servicePolicy: {
    // An answer that says nothing about caching is not kept.
    minTtl: 0,
    defaultTtl: 0,
    maxTtl: 31_536_000,
    // Everything that an answer may depend on: a value left out here would give one caller's answer to another.
    parametersInCacheKeyAndForwardedToOrigin: {
      queryStringsConfig: { queryStringBehavior: 'all' },
      headersConfig: { headerBehavior: 'whitelist', headers: { items: ['Authorization'] } },
      cookiesConfig: { cookieBehavior: 'all' },
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    },
  },
};
