import { createHmac, hkdfSync } from 'node:crypto';
import { constantTimeEqual } from '../kernel/opaque.js';
import { isSessionId } from '../token-blacklist/subject/session-id.js';

/** The parts of a refresh token: `<prefix>_<session id>.<generation>.<mac>`. */
export interface RefreshTokenParts {
  readonly sessionId: string;
  readonly generation: number;
  readonly mac: string;
}

const WRITTEN = /^([A-Za-z0-9_-]{44})\.(0|[1-9]\d{0,14})\.([A-Za-z0-9_-]{43})$/;

/** Splits a refresh token, or `undefined` unless it is the one canonical spelling of one. Proves nothing yet. */
export function parseRefreshToken(prefix: string, token: string): RefreshTokenParts | undefined {
  if (!token.startsWith(`${prefix}_`)) return undefined;
  const [, sessionId, generation, mac] = WRITTEN.exec(token.slice(prefix.length + 1)) ?? [];
  if (sessionId === undefined || mac === undefined || !isSessionId(sessionId)) return undefined;
  return { sessionId, generation: Number(generation), mac };
}

/**
 * Makes and checks the MAC of refresh tokens. The ring holds the keys of several secrets, newest first: the first
 * signs, each verifies, so a secret is replaced by putting its successor in front and nobody is logged out.
 */
export class RefreshTokenMac {
  private readonly keys: readonly Buffer[];

  constructor(secrets: readonly (string | Buffer)[]) {
    // HKDF (RFC 5869) separates this key from anything else that is derived from the same secret.
    this.keys = secrets.map((secret) =>
      Buffer.from(hkdfSync('sha256', secret, '', 'gatehouse refresh token mac', 32)),
    );
  }

  /** Writes the refresh token of one generation of a session. */
  write(prefix: string, sessionId: string, generation: number, salt: string): string {
    const [newest] = this.keys;
    if (newest === undefined) throw new Error('no MAC key');
    const mac = sign(newest, { sessionId, generation }, salt);
    return `${prefix}_${sessionId}.${generation}.${mac}`;
  }

  /** Whether the session with this salt issued the token. */
  isAuthentic(token: RefreshTokenParts, salt: string): boolean {
    return this.keys.some((key) => constantTimeEqual(sign(key, token, salt), token.mac));
  }
}

type Signed = Pick<RefreshTokenParts, 'sessionId' | 'generation'>;

// Each field has an alphabet without the separator, so no two inputs read alike; `v1` is the format's version.
function sign(key: Buffer, { sessionId, generation }: Signed, salt: string): string {
  return createHmac('sha256', key).update(`v1.${sessionId}.${generation}.${salt}`).digest('base64url');
}
