import type { ApiKey } from './api-key.js';

/** How old the last use that is written down may become before another is: a write a minute, however often a key is used. */
export const USED_EVERY_MS = 60_000;

/** What a key is created as; its times are the store's. */
type NewApiKey = Omit<ApiKey, 'createdAt' | 'expiresAt' | 'lastUsedAt'> & {
  /** SHA-256 of the secret, base64url. */
  readonly secretHash: string;
};

type AddTerms = {
  /** `undefined`: it doesn't expire. */
  readonly ttlMs: number | undefined;
  /** Greatest number of live keys of the subject, this one included. */
  readonly maxPerSubject: number;
};

type AddVerdict = { readonly verdict: 'added'; readonly key: ApiKey } | { readonly verdict: 'full' };

type PresentVerdict =
  | { readonly verdict: 'accepted'; readonly key: ApiKey }
  | { readonly verdict: 'unknown' }
  | { readonly verdict: 'wrong-secret' };

/**
 * Keeps API keys until they expire or are revoked. An expired or revoked key is `unknown` and is neither found nor listed.
 *
 * Every verb is atomic against each other; those that revoke are idempotent, so repeating one that failed half-way is always
 * right, and act on all instances before they return. All of them throw `store_unavailable` when the store can't answer:
 * what a store of the host throws is taken for that.
 */
export abstract class ApiKeyStore {
  /** Whether a revocation that was acknowledged can be lost, e.g. by a failover to a replica that lagged behind. */
  readonly canLoseWrites: boolean = false;

  /** Adds a key, unless its subject has too many. */
  abstract add(key: NewApiKey, terms: AddTerms): Promise<AddVerdict>;

  /**
   * The complete verdict on a key that a caller shows, in one round trip. Compares the hash in a time that does not depend on
   * where it differs. An accepted key's last use is written down if the one that is known is a minute old.
   */
  abstract present(id: string, secretHash: string): Promise<PresentVerdict>;

  /** A live key. */
  abstract find(id: string): Promise<ApiKey | undefined>;

  /** The live keys of a subject, the oldest in front. */
  abstract list(subject: string): Promise<readonly ApiKey[]>;

  /** Ends a key for good. Answers its subject if it was live until now. */
  abstract revoke(id: string): Promise<string | undefined>;

  /**
   * Ends all keys that a subject has, and those that are added before the last of them has ended. Answers the ids of those that
   * were live until now.
   */
  abstract revokeSubject(subject: string): Promise<readonly string[]>;

  /** Ends all keys that were created for a client; those without one have their subject for a client. */
  abstract revokeClient(clientId: string): Promise<void>;

  /** Ends all keys. */
  abstract revokeEverything(): Promise<void>;
}
