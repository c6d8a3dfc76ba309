/** The verbs that write nothing, by the port that they belong to: a replica answers these. */
const READS: Readonly<Record<string, readonly string[]>> = {
  TokenBlacklistStore: ['isRevoked', 'isRevokedInStore'],
  SessionStore: ['beginLogin', 'recall', 'find', 'list'],
  // When a key was used last is written where that can be, and else not.
  ApiKeyStore: ['present', 'find', 'list'],
  OneTimeValueStore: ['wasUsed'],
  AuthorizationCodeStore: ['recall'],
  DeviceAuthorizationStore: ['find'],
  SlidingWindowStore: ['peek', 'generation'],
  KeyStore: ['read'],
};

/** Whether a verb of a port only reads. */
export function isRead(port: string, verb: PropertyKey): boolean {
  return READS[port]?.includes(String(verb)) === true;
}
