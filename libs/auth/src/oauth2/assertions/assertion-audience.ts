/** Whom the assertion of a client may be meant for (RFC 7523 §3): this authorization server, by any of its names. */
export abstract class AssertionAudience {
  /** The issuer, and the address of the token endpoint where it is served. */
  abstract names(): readonly string[];
}
