/**
 * How CloudFront keeps answers, as plain values in the shape of its API: local/aws/gateway.ts keeps them in the same way.
 * That CloudFront keeps errors for 10 s, whatever they say of themselves, is its default (Developer Guide, "Control how
 * long CloudFront caches errors").
 */
export interface Caching {
  customErrorResponses: { errorCode: number; errorCachingMinTtl: number }[];
  /** Of the service's answers. */
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

/** The errors that CloudFront keeps and for which it can be told how long. */
const errorCodes = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];

export const caching: Caching = {
  // One caller's error is no other's answer, and what is mended is to be seen at once.
  customErrorResponses: errorCodes.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
  servicePolicy: {
    // What says nothing about caching is not kept.
    minTtl: 0,
    defaultTtl: 0,
    maxTtl: 31_536_000,
    // All that an answer may depend on, as far as CloudFront can know.
    parametersInCacheKeyAndForwardedToOrigin: {
      queryStringsConfig: { queryStringBehavior: 'all' },
      headersConfig: { headerBehavior: 'whitelist', headers: { items: ['Authorization'] } },
      cookiesConfig: { cookieBehavior: 'all' },
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    },
  },
};
