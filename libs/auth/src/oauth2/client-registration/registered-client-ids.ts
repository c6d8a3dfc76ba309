import { createHmac } from 'node:crypto';
import type { Clock } from '../../kernel/clock.js';
import { constantTimeEqual } from '../../kernel/opaque.js';
import { isObject } from '../../kernel/configuration/option-reader.js';
import type { LastingSecret } from '../../secret/lasting-secret.js';

/** What a client said about itself, and until when that counts. */
export interface Registration {
  readonly name?: string | undefined;
  readonly redirectUris: readonly string[];
  readonly grants: readonly string[];
  /** Whether its tokens are bound to a key (RFC 9449 §5.2); left out where they aren't. */
  readonly bound?: true | undefined;
  /** Epoch seconds. */
  readonly issuedAt: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** What every id of such a client begins with. */
export const REGISTERED_PREFIX = 'ghdc_';

const MAX_LENGTH = 1500;
const WRITTEN = /^ghdc_([\w-]+)\.([\w-]{43})$/;

/**
 * Writes registrations into the ids of their clients, and reads them there (RFC 7591 Appendix A.5.2): nothing is stored, so
 * nobody can fill anything, and every instance knows every client. A MAC under the lasting secret keeps them as they were.
 */
export class RegisteredClientIds {
  readonly #keys: readonly Buffer[];

  constructor(
    secret: LastingSecret,
    private readonly clock: Clock,
  ) {
    this.#keys = secret.keysFor('client-registration');
  }

  /** `undefined` where so much is said that it makes no id. */
  write(registration: Registration): string | undefined {
    const [newest] = this.#keys;
    if (newest === undefined) throw new TypeError('no MAC key');
    const content = Buffer.from(JSON.stringify(registration)).toString('base64url');
    const id = `${REGISTERED_PREFIX}${content}.${macOf(newest, content)}`;
    return id.length <= MAX_LENGTH ? id : undefined;
  }

  /** `undefined` for whatever this server didn't write, or what has expired. */
  read(clientId: string): Registration | undefined {
    if (clientId.length > MAX_LENGTH) return undefined;
    const [, content, mac] = WRITTEN.exec(clientId) ?? [];
    if (content === undefined || mac === undefined) return undefined;
    if (!this.#keys.some((key) => constantTimeEqual(macOf(key, content), mac))) return undefined;
    const registration: unknown = JSON.parse(Buffer.from(content, 'base64url').toString());
    if (!isObject(registration)) return undefined;
    const isGood = Number(registration['expiresAt']) * 1000 > this.clock.now();
    return isGood ? (registration as unknown as Registration) : undefined;
  }
}

// Of the text as it stands, so no second spelling of the same content is good.
function macOf(key: Buffer, content: string): string {
  return createHmac('sha256', key).update(`v1.${content}`).digest('base64url');
}
