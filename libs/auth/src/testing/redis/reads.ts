import { ApiKeyStore } from '../../api-keys/api-key.store.js';
import { AuthorizationCodeStore } from '../../authorization-codes/authorization-code.store.js';
import { DeviceAuthorizationStore } from '../../device-authorizations/device-authorization.store.js';
import { KeyStore } from '../../keys/managed/key.store.js';
import { OneTimeValueStore } from '../../one-time-values/one-time-value.store.js';
import { SessionStore } from '../../sessions/session.store.js';
import { SlidingWindowStore } from '../../throttler/sliding-window/sliding-window.store.js';
import { TokenBlacklistStore } from '../../token-blacklist/token-blacklist.store.js';

type Reads = readonly [port: object, verbs: readonly PropertyKey[]];

function reads<Store>(port: { readonly prototype: Store }, ...verbs: readonly (keyof Store)[]): Reads {
  return [port, verbs];
}

/** The verbs that write nothing, by the port that they belong to: a replica answers these. */
const READS: ReadonlyMap<object, readonly PropertyKey[]> = new Map([
  reads(TokenBlacklistStore, 'isRevoked', 'isRevokedInStore'),
  reads(SessionStore, 'beginLogin', 'recall', 'find', 'list'),
  // When a key was used last is written where that can be, and else not.
  reads(ApiKeyStore, 'present', 'find', 'list'),
  reads(OneTimeValueStore, 'wasUsed'),
  reads(AuthorizationCodeStore, 'recall'),
  reads(DeviceAuthorizationStore, 'find'),
  reads(SlidingWindowStore, 'peek', 'generation'),
  reads(KeyStore, 'read'),
]);

/** Whether a verb of a port only reads. */
export function isRead(port: object, verb: PropertyKey): boolean {
  return READS.get(port)?.includes(verb) === true;
}
