import type { StoredKeys } from './stored-keys.js';

/** Keeps generated keys, private parts included. One value, replaced as a whole. */
export abstract class KeyStore {
  /** The keys kept, or `undefined` when there are none. */
  abstract read(): Promise<StoredKeys | undefined>;

  /**
   * Puts `next` in place of version `seen` (0 for "none"). Atomic: of simultaneous replacements of one version, over all
   * instances, exactly one is `stored`; the others learn that what they saw is `outdated`.
   */
  abstract replace(next: StoredKeys, seen: number): Promise<'stored' | 'outdated'>;

  /** Calls `onChange` when the keys may have been replaced elsewhere; the returned function ends that. */
  abstract follow(onChange: () => void): () => void;

  /** Tells the followers on all instances, as well as can be. Never rejects: who isn't told looks by itself in time. */
  abstract announce(): Promise<void>;
}
