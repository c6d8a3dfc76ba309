import type { KeySet } from './signing-key.js';

/** A wish to replace the active key. */
export interface KeyRotationRequest {
  /** `kid` of the key the caller saw active; another one there means that somebody else was faster. */
  readonly replaces: string;
  /** Drop every known key at once instead of letting it retire. */
  readonly compromised: boolean;
}

/** What became of a {@link KeyRotationRequest}, and the keys there are now. */
export interface KeyRotationOutcome {
  readonly outcome: 'rotated' | 'already-rotated';
  readonly keys: KeySet;
}

/** Where keys come from: options, files, a shared store, a remote issuer, or a host's own (Vault, KMS). */
export abstract class KeySource {
  /** The keys as they are now. Called at start, after an unknown `kid` (with a cooldown), and now and then. */
  abstract load(): Promise<KeySet>;

  /**
   * Replaces the active key. Of any number of simultaneous requests with the same `replaces`, over all instances,
   * exactly one answers `rotated`.
   *
   * @throws Error when this source can't make keys
   */
  rotate(_request: KeyRotationRequest): Promise<KeyRotationOutcome> {
    return Promise.reject(new Error('this key source cannot rotate: replace the key where it comes from'));
  }

  /** Calls `onChange` when the keys may have changed elsewhere; the returned function ends that. */
  follow(_onChange: () => void): () => void {
    return () => {};
  }
}
