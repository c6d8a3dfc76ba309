import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { constantTimeEqual } from '../kernel/opaque.js';
import { LastingSecret } from '../secret/lasting-secret.js';
import { SESSION_ID } from '../subjects/subject-keys.js';
import { SessionsSettings } from './sessions.settings.js';

/** The parts of a refresh token: `<prefix>_<session id>.<generation>.<mac>`. */
export interface RefreshTokenParts {
  readonly sessionId: string;
  readonly generation: number;
  readonly mac: string;
}

const WRITTEN = new RegExp(`^(${SESSION_ID})\\.(0|[1-9]\\d{0,14})\\.([A-Za-z0-9_-]{43})$`);

/**
 * How refresh tokens are written and proved: by a MAC under the lasting secret. The newest of its keys signs, each
 * verifies, so a secret is replaced and nobody is logged out.
 */
@Injectable()
export class RefreshTokenMac {
  readonly #keys: readonly Buffer[];
  readonly #prefix: string;

  constructor(
    /** The terms of the sessions that the tokens belong to. */
    readonly settings: SessionsSettings,
    secret: LastingSecret,
  ) {
    this.#keys = secret.keysFor('refresh-token-mac');
    this.#prefix = settings.tokenPrefix;
  }

  /** Writes the refresh token of one generation of a session. */
  write(sessionId: string, generation: number, salt: string): string {
    const [newest] = this.#keys;
    if (newest === undefined) throw new TypeError('no MAC key');
    return `${this.#prefix}_${sessionId}.${generation}.${sign(newest, { sessionId, generation }, salt)}`;
  }

  /** Splits a refresh token, or `undefined` unless it is the one canonical spelling of one. Proves nothing yet. */
  parse(token: string): RefreshTokenParts | undefined {
    if (!token.startsWith(`${this.#prefix}_`)) return undefined;
    const [, sessionId, generation, mac] = WRITTEN.exec(token.slice(this.#prefix.length + 1)) ?? [];
    if (sessionId === undefined || mac === undefined) return undefined;
    return { sessionId, generation: Number(generation), mac };
  }

  /** Whether the session with this salt issued the token. */
  isAuthentic(token: RefreshTokenParts, salt: string): boolean {
    return this.#keys.some((key) => constantTimeEqual(sign(key, token, salt), token.mac));
  }
}

type Signed = Pick<RefreshTokenParts, 'sessionId' | 'generation'>;

// Each field has an alphabet without the separator, so no two inputs read alike; `v1` is the format's version.
function sign(key: Buffer, { sessionId, generation }: Signed, salt: string): string {
  return createHmac('sha256', key).update(`v1.${sessionId}.${generation}.${salt}`).digest('base64url');
}
