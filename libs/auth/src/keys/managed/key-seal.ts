import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AuthConfigurationError } from '../../kernel/configuration/configuration-error.js';
import { digest } from '../../kernel/opaque.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What was under a seal, and whether the newest key made it. */
export interface Unsealed {
  readonly text: string;
  readonly isNewest: boolean;
}

/** Seals text with AES-256-GCM under the first of its keys (32 bytes each); opens what any of them sealed. */
export class KeySeal {
  readonly #newest: string;
  readonly #keys: ReadonlyMap<string, Buffer>;

  constructor(keys: readonly Buffer[]) {
    this.#keys = new Map(keys.map((key) => [digest(`gatehouse:seal:${key.toString('hex')}`, 6), key]));
    [this.#newest = ''] = this.#keys.keys();
  }

  /** Seals `text`; `context` (where it is kept, its version) isn't in the result but has to be the same to open it. */
  seal(text: string, context: string): string {
    const key = this.#keys.get(this.#newest);
    if (key === undefined) throw new TypeError('there is no key to seal with');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `v1.${this.#newest}.${sealed.toString('base64url')}`;
  }

  /** @throws AuthConfigurationError when it was sealed under another secret; Error when it was changed or moved since */
  open(sealed: string, context: string): Unsealed {
    const [version, id = '', body = ''] = sealed.split('.');
    const key = this.#keys.get(id);
    if (version !== 'v1' || key === undefined) throw sealedElsewhere(context);
    const bytes = Buffer.from(body, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8');
    return { text: text + decipher.final('utf8'), isNewest: id === this.#newest };
  }
}

function sealedElsewhere(context: string): AuthConfigurationError {
  const message = `the signing keys in ${context} were sealed under another secret: give every instance the same one, the older ones behind it in a list; or delete them`;
  return new AuthConfigurationError([{ option: 'secret', message }]);
}
