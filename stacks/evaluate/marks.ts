/**
 * Pulumi's marks on the wire, which its SDK documents in runtime/rpc.ts. They are written down here, since loading the SDK
 * for them would take longer than all else before another program starts.
 */
export const signatureKey = '4dabf18193072939515e22adb298388d';

/** Values of that key. */
export const signatures = {
  secret: '1b47061264138c4ac30d75fd1eb44270',
  resource: '5cf8f73096256a8f31e491e813e4eb8e',
  asset: 'c44067f5952c0a294b673a41bacd8c17',
  archive: '0def7320c3a5731c473e5ecbe6d01bc7',
} as const;

export const unknownValue = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
