import { KeyObject, createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto';

/** A key as a host may write it: PEM text, JWK, or an already parsed KeyObject. */
export type KeyInput = string | Buffer | Readonly<Record<string, unknown>> | KeyObject;

/** A key that can't be read; the message says why and never quotes the key. */
export class KeyMaterialError extends Error {
  override readonly name = 'KeyMaterialError';
}

/** Reads a private or public key. Parsed once: parsing costs several times a verification (docs/decisions/access-tokens.md). @throws KeyMaterialError */
export function readKey(input: KeyInput, passphrase?: string): KeyObject {
  if (input instanceof KeyObject) return input;
  if (typeof input === 'string' || Buffer.isBuffer(input)) return readPem(input.toString(), passphrase);
  if (typeof input !== 'object' || input === null) throw new KeyMaterialError('expected PEM text or a JWK');
  return readJwk(input);
}

/** A secret as KeyObject; text counts as its UTF-8 bytes. */
export function readSecret(secret: string | Buffer): KeyObject {
  return createSecretKey(typeof secret === 'string' ? Buffer.from(secret, 'utf8') : secret);
}

function readPem(text: string, passphrase: string | undefined): KeyObject {
  // Environment variables often carry PEM with literal \n.
  const pem = text.includes('\n') ? text.trim() : text.trim().replaceAll('\\n', '\n');
  if (pem.startsWith('{')) return readJwk(parseJwk(pem));
  if (!pem.startsWith('-----BEGIN ')) throw new KeyMaterialError('expected PEM text or a JWK');
  if (pem.startsWith('-----BEGIN ENCRYPTED') && passphrase === undefined) {
    throw new KeyMaterialError('the PEM is encrypted: give its passphrase');
  }
  try {
    if (!pem.includes('PRIVATE KEY-----')) return createPublicKey(pem);
    return createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
  } catch {
    // OpenSSL's own words may quote the input.
    throw new KeyMaterialError('the PEM is damaged, of an unknown kind, or its passphrase is wrong');
  }
}

function parseJwk(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    throw new KeyMaterialError('the JWK is not JSON');
  }
}

function readJwk(jwk: Readonly<Record<string, unknown>>): KeyObject {
  try {
    if (jwk['kty'] === 'oct') return createSecretKey(String(jwk['k']), 'base64url');
    const key = jwk as import('node:crypto').JsonWebKey;
    return 'd' in jwk ? createPrivateKey({ key, format: 'jwk' }) : createPublicKey({ key, format: 'jwk' });
  } catch {
    throw new KeyMaterialError('the JWK is not a key that Node.js can read');
  }
}
