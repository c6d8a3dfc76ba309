import type { StoredKeys } from './stored-keys.js';

/** Keeps generated keys, private parts included. One value, replaced as a whole. */
export abstract class KeyStore {
  /** The keys kept, or `undefined` when there are none yet. */
  abstract read(): Promise<StoredKeys | undefined>;

  /**
   * Puts `next` in place of version `next.version - 1` (0 for "none yet"). Atomic: of simultaneous replacements of one
   * version, over all instances, exactly one is `stored`; the others learn that what they read is `outdated`.
   */
  abstract replace(next: StoredKeys): Promise<'stored' | 'outdated'>;

  /** Calls `onChange` when the keys may have been replaced elsewhere; the returned function ends that. */
  abstract follow(onChange: () => void): () => void;

  /** Tells the followers on all instances. */
  abstract announce(): Promise<void>;
}
