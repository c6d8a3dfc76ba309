import { isObject } from '../kernel/configuration/option-reader.js';
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

// Of all copies of the package: a source of the host's may come with a copy of its own.
const KEY_NOT_REPLACED = Symbol.for('gatehouse:key-not-replaced');

/** A key that only its owner can replace; the message says where and how. */
export class KeyNotReplacedError extends Error {
  override readonly name = 'KeyNotReplacedError';
}

Object.defineProperty(KeyNotReplacedError.prototype, KEY_NOT_REPLACED, { value: true });

/** Whether something thrown is a {@link KeyNotReplacedError}, of this copy of the package or of another. */
export function isKeyNotReplaced(error: unknown): error is KeyNotReplacedError {
  return error instanceof Error && KEY_NOT_REPLACED in error;
}

/** Where keys come from: options, files, a shared store, a remote issuer, or a host's own (Vault, KMS). */
export abstract class KeySource {
  /** The keys as they are now. Called at start, after an unknown `kid` (with a cooldown), and now and then. */
  abstract load(): Promise<KeySet>;

  /**
   * Replaces the active key. Of any number of simultaneous requests with the same `replaces`, over all instances, at most
   * one makes a new key and answers `rotated`; none does where that key was replaced before. A source that makes no keys
   * but has some to forget answers `rotated` on each instance that forgot one.
   *
   * @throws KeyNotReplacedError when this source can't make keys
   */
  rotate(_request: KeyRotationRequest): Promise<KeyRotationOutcome> {
    return Promise.reject(
      new KeyNotReplacedError('this key source cannot rotate: replace the key where it comes from'),
    );
  }

  /** Calls `onChange` when the keys may have changed elsewhere; the returned function ends that. */
  follow(_onChange: () => void): () => void {
    return () => {};
  }
}

/** Whether something given is a {@link KeySource}, of this copy of the package or of another. */
export function isKeySource(value: unknown): value is KeySource {
  return isObject(value) && ['load', 'rotate', 'follow'].every((verb) => typeof value[verb] === 'function');
}
