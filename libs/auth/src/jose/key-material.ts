import { KeyObject, createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto';
import { KeyMaterialError } from './key-material-error.js';
import { type PemBlock, pemBlocks, unwrappedKeyText } from './pem-text.js';

/** Members of a JSON Web Key (RFC 7517 §4), as they were given. */
export type Jwk = Readonly<Record<string, unknown>>;

/** A key as a host may write it: PEM text, JWK, or an already parsed KeyObject. */
export type KeyInput = string | Buffer | Jwk | KeyObject;

/** Reads a private or public key. Parsed once: parsing costs several times a verification (docs/decisions/access-tokens.md). @throws KeyMaterialError */
export function readKey(input: KeyInput, passphrase?: string): KeyObject {
  if (input instanceof KeyObject) return input;
  const given = jwkOrPem(input);
  return typeof given === 'string' ? readPem(given, passphrase) : readJwk(given);
}

/** The JWK that a key was given as, be it an object or JSON text; `undefined` for PEM and parsed keys. @throws KeyMaterialError */
export function jwkOf(input: KeyInput): Jwk | undefined {
  const given = input instanceof KeyObject ? '' : jwkOrPem(input);
  return typeof given === 'string' ? undefined : given;
}

function jwkOrPem(input: Exclude<KeyInput, KeyObject>): Jwk | string {
  if (typeof input === 'string' || Buffer.isBuffer(input)) {
    const text = unwrappedKeyText(input.toString());
    return text.startsWith('{') ? parseJwk(text) : text;
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new KeyMaterialError('expected PEM text or a JWK');
  return input;
}

/** A secret as KeyObject; text counts as its UTF-8 bytes. */
export function readSecret(secret: string | Buffer): KeyObject {
  return createSecretKey(typeof secret === 'string' ? Buffer.from(secret, 'utf8') : secret);
}

function readPem(text: string, passphrase: string | undefined): KeyObject {
  const { label, text: pem } = theKeyOf(pemBlocks(text));
  if (label === 'OPENSSH PRIVATE KEY')
    throw new KeyMaterialError('this is an OpenSSH key: convert it with "ssh-keygen -p -m PKCS8 -f <file>"');
  if ((label.startsWith('ENCRYPTED ') || /^Proc-Type: *4, *ENCRYPTED/m.test(pem)) && passphrase === undefined)
    throw new KeyMaterialError('the PEM is encrypted: give its passphrase');
  try {
    if (!isPrivate({ label })) return createPublicKey(pem);
    return createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
  } catch {
    // OpenSSL's own words may quote the input.
    throw new KeyMaterialError('the PEM is damaged, of an unknown kind, or its passphrase is wrong');
  }
}

/** A certificate chain or curve parameters may stand beside the key. */
function theKeyOf(blocks: readonly PemBlock[]): PemBlock {
  const keys = blocks.filter(isPrivate);
  if (keys.length > 1)
    throw new KeyMaterialError(`the PEM has ${keys.length} private keys: give each as an entry of its own`);
  const [key = blocks[0]] = keys;
  if (key === undefined) throw new KeyMaterialError('expected PEM text or a JWK');
  return key;
}

function isPrivate({ label }: Pick<PemBlock, 'label'>): boolean {
  return label.endsWith('PRIVATE KEY');
}

function parseJwk(text: string): Jwk {
  try {
    return JSON.parse(text) as Jwk;
  } catch {
    throw new KeyMaterialError('the JWK is not JSON');
  }
}

function readJwk(jwk: Jwk): KeyObject {
  if (Array.isArray(jwk['keys'])) throw new KeyMaterialError('this is a JWK Set: give one key of it');
  try {
    if (jwk['kty'] === 'oct') return createSecretKey(String(jwk['k']), 'base64url');
    const key = jwk as import('node:crypto').JsonWebKey;
    return 'd' in jwk ? createPrivateKey({ key, format: 'jwk' }) : createPublicKey({ key, format: 'jwk' });
  } catch {
    throw new KeyMaterialError('the JWK is not a key that Node.js can read');
  }
}
