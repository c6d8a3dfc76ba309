import { hkdfSync } from 'node:crypto';
import { Opaque } from '../kernel/opaque-secret.js';

/** What a key derived from the lasting secret is for. Each has a label of its own, so no key tells anything of another. */
export type SecretPurpose =
  | 'refresh-token-mac'
  | 'managed-keys'
  | 'interaction-state'
  | 'cookie-integrity'
  | 'client-registration'
  | 'dpop-nonce'
  | 'account-names';

const KEY_BYTES = 32;

/**
 * The one secret that outlives signing keys, newest first. What is written next is written with the newest; the older
 * ones still verify and open.
 */
export class LastingSecret extends Opaque {
  readonly #secrets: readonly Buffer[];

  constructor(secrets: readonly Buffer[]) {
    super();
    if (secrets.length === 0) throw new TypeError('a lasting secret needs at least one secret');
    this.#secrets = secrets;
  }

  /** Keys of 32 bytes for one purpose, newest first: HKDF with SHA-256 (RFC 5869) of each secret. */
  keysFor(purpose: SecretPurpose): readonly Buffer[] {
    const label = `gatehouse ${purpose}`;
    return this.#secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', label, KEY_BYTES)));
  }
}
