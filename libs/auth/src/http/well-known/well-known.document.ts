/** A document as it is sent. */
export interface PublishedDocument {
  readonly body: string;
  /** Media type, e.g. `application/jwk-set+json`. */
  readonly type: string;
  /** Strong entity tag of `body`, quotes included (RFC 9110 §8.8.3). */
  readonly etag: string;
  /** `Cache-Control: max-age`. */
  readonly maxAgeSeconds: number;
}

/** Something that strangers look up at the root of the host (RFC 8615). */
export abstract class WellKnownDocument {
  /** Its path from the root, e.g. `/.well-known/jwks.json`. */
  abstract readonly path: string;

  /** What it says now. @throws AuthError `store_unavailable` */
  abstract read(): PublishedDocument;
}
