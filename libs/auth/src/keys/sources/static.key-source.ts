import { KeyNotReplacedError, type KeyRotationOutcome, KeySource } from '../key-source.js';
import type { KeySet } from '../signing-key.js';

/** Keys that were given once and stay: PEM, JWK or secret in the options. */
export class StaticKeySource extends KeySource {
  constructor(private readonly keys: KeySet) {
    super();
  }

  load(): Promise<KeySet> {
    return Promise.resolve(this.keys);
  }

  override rotate(): Promise<KeyRotationOutcome> {
    return Promise.reject(
      new KeyNotReplacedError(
        'the key was given in the options: replace it there and restart every instance',
      ),
    );
  }
}
