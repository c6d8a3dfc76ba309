import type { KeyObject } from 'node:crypto';
import { jwkThumbprint } from '../material/key-id.js';
import { readKey } from '../material/key-material.js';
import { KeySource } from '../key-source.js';
import { fitsAlgorithm, keyProblem } from '../material/key-strength.js';
import type { RemoteKeysSettings } from '../remote-keys.settings.js';
import type { SigningAlgorithm } from '../material/signing-algorithm.js';
import { type KeySet, type VerificationKey, verificationKey } from '../signing-key.js';
import { fetchJson, isTrustworthyAddress } from './bounded-fetch.js';

type Jwk = Readonly<Record<string, unknown>>;

const MAX_KEYS = 100;

/** The public keys of another issuer (RFC 7517). Keys it can't use are passed over: others are none of its business. */
export class RemoteKeySource extends KeySource {
  private discovered: URL | undefined;

  constructor(private readonly settings: RemoteKeysSettings) {
    super();
  }

  async load(): Promise<KeySet> {
    const url = this.settings.jwksUri ?? (this.discovered ??= await this.discover());
    const set = await fetchJson(url, this.settings);
    if (!isObject(set) || !Array.isArray(set['keys'])) throw new Error(`${url.href} is no JWK Set`);
    const usable = set['keys'].slice(0, MAX_KEYS).flatMap((jwk: unknown) => this.readJwk(jwk) ?? []);
    if (usable.length === 0) throw new Error(`${url.href} has no key that can be used`);
    // Two keys under one id would make the answer depend on their order: neither counts.
    return usable.filter(({ kid }) => usable.filter((other) => other.kid === kid).length === 1);
  }

  private async discover(): Promise<URL> {
    const issuer = this.settings.discovery ?? '';
    const url = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const metadata = await fetchJson(url, this.settings);
    // RFC 8414 §3.3: otherwise this is the metadata of somebody else.
    if (!isObject(metadata) || metadata['issuer'] !== issuer)
      throw new Error(`${url.href} names another issuer`);
    const address = String(metadata['jwks_uri']);
    const jwksUri = URL.canParse(address) ? new URL(address) : undefined;
    if (jwksUri && isTrustworthyAddress(jwksUri)) return jwksUri;
    throw new Error(`${url.href} names no https address of keys`);
  }

  private readJwk(jwk: unknown): VerificationKey | undefined {
    if (!isObject(jwk)) return undefined;
    const isForSignatures = jwk['use'] === undefined || jwk['use'] === 'sig';
    const operations = jwk['key_ops'];
    if (!isForSignatures || (Array.isArray(operations) && !operations.includes('verify'))) return undefined;
    const key = tryReadPublicKey(jwk);
    if (key === undefined) return undefined;
    const algorithm = this.algorithmOf(jwk, key);
    if (algorithm === undefined || keyProblem(key, algorithm) !== undefined) return undefined;
    const kid = typeof jwk['kid'] === 'string' ? jwk['kid'] : jwkThumbprint(jwk);
    return verificationKey(key, algorithm, { kid });
  }

  // One key, one algorithm, even where the issuer leaves it open (RFC 8725 §3.1).
  private algorithmOf(jwk: Jwk, key: KeyObject): SigningAlgorithm | undefined {
    const { alg } = jwk;
    return this.settings.algorithms.find(
      (name) => (alg === undefined || alg === name) && fitsAlgorithm(key, name),
    );
  }
}

function isObject(value: unknown): value is Jwk {
  return typeof value === 'object' && value !== null;
}

function tryReadPublicKey(jwk: Jwk): KeyObject | undefined {
  // A private key or a secret in a public place is nobody's key any more.
  if ('d' in jwk || 'k' in jwk) return undefined;
  const { kty, n, e, crv, x, y } = jwk;
  try {
    return readKey(kty === 'RSA' ? { kty, n, e } : { kty, crv, x, y });
  } catch {
    return undefined;
  }
}
