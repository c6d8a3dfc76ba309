import type { KeyObject } from 'node:crypto';
import { jwkThumbprint } from '../../jose/key-id.js';
import { jwkPurposeProblem } from '../../jose/jwk-purpose.js';
import { type Jwk, readKey } from '../../jose/key-material.js';
import { isObject } from '../../kernel/configuration/option-reader.js';
import { publicAddress } from '../../kernel/failure-reason.js';
import { KeySource } from '../key-source.js';
import { fitsAlgorithm, keyProblem } from '../../jose/key-strength.js';
import type { RemoteKeysSettings } from './remote-keys.settings.js';
import type { SigningAlgorithm } from '../../jose/signing-algorithm.js';
import { type KeySet, type VerificationKey, verificationKey } from '../signing-key.js';
import { fetchJson, isTrustworthyAddress } from './bounded-fetch.js';

const MAX_KEYS = 100;

/** The public keys of another issuer (RFC 7517). Keys it can't use are passed over: others are none of its business. */
export class RemoteKeySource extends KeySource {
  private discovered: URL | undefined;

  constructor(private readonly settings: RemoteKeysSettings) {
    super();
  }

  async load(): Promise<KeySet> {
    const { jwksUri, discovery } = this.settings;
    if (discovery === undefined) return this.fetchKeys(jwksUri as URL);
    return this.loadFrom(this.discovered);
  }

  /** Asks again where the keys are each time, since they may move; while that can't be told they are where they were. */
  private async loadFrom(known: URL | undefined): Promise<KeySet> {
    if (known === undefined) return this.fetchKeys((this.discovered = await this.discover()));
    const [found, keys] = await Promise.allSettled([this.discover(), this.fetchKeys(known)]);
    if (found.status === 'fulfilled' && found.value.href !== known.href)
      return this.fetchKeys((this.discovered = found.value));
    if (keys.status === 'fulfilled') return keys.value;
    throw keys.reason;
  }

  private async fetchKeys(url: URL): Promise<KeySet> {
    const set = await fetchJson(url, this.settings);
    const place = publicAddress(url.href);
    if (!isObject(set) || !Array.isArray(set['keys'])) throw new Error(`${place} is no JWK Set`);
    const usable = set['keys'].slice(0, MAX_KEYS).flatMap((jwk: unknown) => this.readJwk(jwk) ?? []);
    if (usable.length === 0) throw new Error(`${place} has no key that can be used`);
    return withoutRepetitions(usable);
  }

  private async discover(): Promise<URL> {
    const issuer = this.settings.discovery ?? '';
    const url = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const metadata = await fetchJson(url, this.settings);
    // RFC 8414 §3.3: otherwise this is the metadata of somebody else.
    if (!isObject(metadata) || metadata['issuer'] !== issuer)
      throw new Error(`${publicAddress(url.href)} names another issuer`);
    const address = String(metadata['jwks_uri']);
    const jwksUri = URL.canParse(address) ? new URL(address) : undefined;
    if (jwksUri && isTrustworthyAddress(jwksUri)) return jwksUri;
    throw new Error(`${publicAddress(url.href)} names no https address of keys`);
  }

  private readJwk(jwk: unknown): VerificationKey | undefined {
    if (!isObject(jwk)) return undefined;
    if (jwkPurposeProblem(jwk, 'verify') !== undefined) return undefined;
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

// Two keys may have one id: the verifier tries those of the algorithm. One key listed twice is one.
function withoutRepetitions(keys: readonly VerificationKey[]): KeySet {
  const isSame = (one: VerificationKey, other: VerificationKey): boolean =>
    one.kid === other.kid && one.algorithm === other.algorithm && one.key.equals(other.key);
  return keys.filter((key, at) => keys.findIndex((other) => isSame(key, other)) === at);
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
