import { digest } from '../kernel/opaque.js';
import type { VerificationKey } from './signing-key.js';

/** A JWK Set (RFC 7517 §5), ready to be sent with its validator and age. */
export interface JsonWebKeySet {
  readonly keys: readonly Readonly<Record<string, string>>[];
  /** JSON text of the set. */
  readonly body: string;
  /** Strong entity tag of `body`, quotes included (RFC 9110 §8.8.3). */
  readonly etag: string;
  /** `Cache-Control: max-age`; rotation keeps new keys pending for at least as long. */
  readonly maxAgeSeconds: number;
}

/** The public keys among `keys` as a JWK Set. Keys without a public half (secrets) don't appear. */
export function publishKeys(keys: readonly VerificationKey[], maxAgeSeconds: number): JsonWebKeySet {
  const shown = keys.flatMap(({ publicJwk }) => (publicJwk === undefined ? [] : [publicJwk]));
  const body = JSON.stringify({ keys: shown });
  return { keys: shown, body, etag: `"${digest(body, 16)}"`, maxAgeSeconds };
}
