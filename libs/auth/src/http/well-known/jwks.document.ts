import type { KeyRing } from '../../keys/key-ring.js';
import { type PublishedDocument, WellKnownDocument } from './well-known.document.js';

/** The public keys (RFC 7517 §5). */
export class JwksDocument extends WellKnownDocument {
  constructor(
    readonly path: string,
    private readonly keys: KeyRing,
  ) {
    super();
  }

  read(): PublishedDocument {
    return { ...this.keys.jwks(), type: 'application/jwk-set+json' };
  }
}
