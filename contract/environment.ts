/** The environment variables of the service beside the table names (`tableVariable`); app/config.ts reads them. */
export const environment = {
  /** Address to listen on; `0.0.0.0` in a container. */
  host: 'HOST',
  port: 'PORT',
  /** Bearer token of the API's protected routes. */
  apiKey: 'TRELLIS_API_KEY',
  /** Comma-separated CIDRs of the proxies that are believed when they name the client's address. */
  trustedProxies: 'TRUSTED_PROXIES',
  /** Which header names the client: `x-forwarded-for`, `cloudfront-viewer-address`, `x-viewer-address` or
   * `x-source-ip`. */
  clientAddressHeader: 'CLIENT_ADDRESS_HEADER',
  /** With `cloudfront-viewer-address` or `x-viewer-address`: the value of `x-origin-secret` that only our CDN knows. */
  originSecret: 'ORIGIN_SECRET',
  streamLeaseSeconds: 'STREAM_LEASE_SECONDS',
  streamHeartbeatSeconds: 'STREAM_HEARTBEAT_SECONDS',
  /** Number of leading bits of an IPv6 address that identify an anonymous viewer; see `addressViewer`. */
  streamIpv6Prefix: 'STREAM_IPV6_PREFIX',
  /** DynamoDB's read units a second that a task takes to read the page; see contract/capacity.ts. */
  pageReadUnitsPerSecond: 'PAGE_READ_UNITS_PER_SECOND',
  /** Seconds for which the service goes on serving after SIGTERM; see `timings.drain`. */
  drainSeconds: 'DRAIN_SECONDS',
  logLevel: 'LOG_LEVEL',
  /** Bucket of the files to ingest, their rejects and results. */
  ingestBucket: 'INGEST_BUCKET',
  /** ARN of the state machine that ingests a file; the service starts it for a retry. */
  ingestStateMachine: 'INGEST_STATE_MACHINE',
  /** Bucket of the players' videos, which the CDN serves under `/media/`. */
  mediaBucket: 'MEDIA_BUCKET',
  /** Bucket of the scanned sources and of what scans and job runs found. */
  scansBucket: 'SCANS_BUCKET',
  /** ARNs of the state machines: one carries out a scan, the other a job run of `/api/v1/jobs`. */
  scanStateMachine: 'SCAN_STATE_MACHINE',
  jobStateMachine: 'JOB_STATE_MACHINE',
  /** Comma-separated hosts whose repositories may be scanned; data/scans/repository-url.ts has the default. */
  scanHosts: 'SCAN_HOSTS',
  /** `true` where `file://` repositories may be scanned: on the laptop alone. */
  scanFileUrls: 'SCAN_FILE_URLS',
  /** The buckets' endpoint for uploaders, when the service uses another one, as on the laptop. */
  s3PublicEndpoint: 'S3_PUBLIC_ENDPOINT',
} as const;

/** The service's port inside its container. */
export const containerPort = 8080;
