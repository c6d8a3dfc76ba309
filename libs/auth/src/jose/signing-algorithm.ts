/** Name of a signing algorithm (`alg`, RFC 7518 §3.1). */
export type SigningAlgorithm = `${'RS' | 'PS' | 'ES' | 'HS'}${'256' | '384' | '512'}`;

/** What an algorithm of RFC 7518 §3 asks of its key. */
export interface AlgorithmTraits {
  /** Kind of key; keys of one family never serve another (no HMAC with a public key). */
  readonly family: 'RSA' | 'RSA-PSS' | 'EC' | 'HMAC';
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  /** OpenSSL's name of the curve (RFC 7518 §3.4). */
  readonly curve?: string;
  /** Least length of the secret in bytes: that of the hash (RFC 7518 §3.2). */
  readonly secretBytes?: number;
}

/** The algorithms tokens can be signed with, and what each asks of its key. `none` isn't one. */
export const signingAlgorithms = {
  RS256: { family: 'RSA', hash: 'sha256' },
  RS384: { family: 'RSA', hash: 'sha384' },
  RS512: { family: 'RSA', hash: 'sha512' },
  PS256: { family: 'RSA-PSS', hash: 'sha256' },
  PS384: { family: 'RSA-PSS', hash: 'sha384' },
  PS512: { family: 'RSA-PSS', hash: 'sha512' },
  ES256: { family: 'EC', hash: 'sha256', curve: 'prime256v1' },
  ES384: { family: 'EC', hash: 'sha384', curve: 'secp384r1' },
  ES512: { family: 'EC', hash: 'sha512', curve: 'secp521r1' },
  HS256: { family: 'HMAC', hash: 'sha256', secretBytes: 32 },
  HS384: { family: 'HMAC', hash: 'sha384', secretBytes: 48 },
  HS512: { family: 'HMAC', hash: 'sha512', secretBytes: 64 },
} as const satisfies Record<SigningAlgorithm, AlgorithmTraits>;

/** Traits of an algorithm. */
export function algorithmTraits(algorithm: SigningAlgorithm): AlgorithmTraits {
  return signingAlgorithms[algorithm];
}

/** Whether a value is the exact name of an algorithm; `rs256` and `toString` aren't. */
export function isSigningAlgorithm(value: unknown): value is SigningAlgorithm {
  return typeof value === 'string' && Object.hasOwn(signingAlgorithms, value);
}

/** The algorithms of key pairs: whoever verifies can't sign. */
export const ASYMMETRIC_ALGORITHMS: readonly SigningAlgorithm[] = Object.freeze(
  (Object.keys(signingAlgorithms) as SigningAlgorithm[]).filter(
    (name) => signingAlgorithms[name].family !== 'HMAC',
  ),
);

/** Whether tokens of this algorithm are signed with a shared secret. */
export function isHmac(algorithm: SigningAlgorithm): boolean {
  return algorithmTraits(algorithm).family === 'HMAC';
}

/** Least number of bits of a secret for an HMAC algorithm: that of its hash (RFC 7518 §3.2). */
export function secretBits(algorithm: SigningAlgorithm): number {
  return (algorithmTraits(algorithm).secretBytes ?? 32) * 8;
}
