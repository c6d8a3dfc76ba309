import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { ConfigurationFindings } from '../../kernel/configuration-error.js';
import { digest } from '../../kernel/opaque.js';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals text with AES-256-GCM under the first of its keys; opens what any of them sealed. */
export class KeyEncryption {
  private readonly keys: ReadonlyMap<string, Buffer>;

  constructor(keys: readonly Buffer[]) {
    this.keys = new Map(keys.map((key) => [digest(`gatehouse:kek:${key.toString('hex')}`, 6), key]));
  }

  /** Seals `text`; `context` (where it is kept, its version) isn't in the result but has to be the same to open it. */
  seal(text: string, context: string): string {
    const [first] = this.keys;
    if (first === undefined) throw new Error('there is no key-encryption key');
    const [id, key] = first;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `v1.${id}.${sealed.toString('base64url')}`;
  }

  /** @throws Error when it was sealed under another key or context, or was changed since. */
  open(sealed: string, context: string): string {
    const [version, id = '', body = ''] = sealed.split('.');
    const key = this.keys.get(id);
    if (version !== 'v1' || key === undefined) {
      throw new Error('shared keys were sealed under a key-encryption key that this instance does not have');
    }
    const bytes = Buffer.from(body, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-TAG_BYTES));
    return (
      decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    );
  }
}

/** Resolves `keys.keyEncryptionKey`: 32 bytes each, base64, base64url or hex. */
export function resolveKeyEncryptionKeys(
  value: string | readonly string[] | undefined,
  findings: ConfigurationFindings,
): readonly Buffer[] {
  const option = 'keys.keyEncryptionKey';
  const keys = [value ?? []].flat().map((text) => readKeyEncryptionKey(text));
  if (keys.length === 0)
    findings.add(option, 'shared keys are kept sealed: give 32 random bytes, base64 or hex');
  if (keys.some((key) => key?.length !== KEY_BYTES)) {
    findings.add(option, 'expected exactly 32 bytes, base64 or hex: try "openssl rand -base64 32"');
  }
  const sound = keys.filter((key) => key?.length === KEY_BYTES);
  if (sound.some((key) => new Set(key).size < 12)) findings.add(option, 'the key is not random');
  return sound;
}

function readKeyEncryptionKey(text: unknown): Buffer {
  if (typeof text !== 'string') return Buffer.alloc(0);
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
}
