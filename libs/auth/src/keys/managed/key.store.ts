/** Managed keys as they are kept: sealed as a whole. The version grows by one with each change of the keys. */
export interface KeyRecord {
  readonly version: number;
  readonly sealed: string;
}

/** Keeps the managed keys of one app. One record, replaced as a whole. */
export abstract class KeyStore {
  /** Where the record is; part of what is sealed, so that a record which was carried elsewhere doesn't open. */
  abstract readonly place: string;

  /** The record, or `undefined` when there is none. */
  abstract read(): Promise<KeyRecord | undefined>;

  /**
   * Puts `next` in place of version `seen` (0 for "none"). Atomic: of simultaneous replacements of one version by a later
   * one, over all instances, exactly one is `stored`; the others learn that what they saw is `outdated`.
   */
  abstract replace(next: KeyRecord, seen: number): Promise<'stored' | 'outdated'>;

  /** Calls `onChange` when the keys may have been replaced elsewhere; the returned function ends that. */
  abstract follow(onChange: () => void): () => void;

  /** Tells the followers on all instances, as well as can be. Never rejects: who isn't told looks by itself in time. */
  abstract announce(): Promise<void>;
}
