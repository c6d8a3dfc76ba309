import type { KeyObject } from 'node:crypto';

/**
 * A parsed key in the shape in which JwtService takes one per call. As `secret` it goes before anything that a host's
 * own JwtModule was registered with; Nest's type leaves KeyObject out, jsonwebtoken underneath takes it.
 */
export function asJwtSecret(key: KeyObject): Buffer {
  return key as unknown as Buffer;
}
