import type { KeyObject } from 'node:crypto';
import { createSignature } from './material/signature.js';
import type { SigningAlgorithm } from './material/signing-algorithm.js';

/** Signs on behalf of a key, which may live elsewhere (KMS, Vault, HSM) and need never be revealed. */
export abstract class Signer {
  /**
   * The JWS signature of `input` (the ASCII bytes of `header.payload`): RSA as is, EC as `r || s` (RFC 7518 §3.4; many
   * services answer DER, which has to be converted).
   */
  abstract sign(input: Uint8Array): Promise<Uint8Array>;
}

/** Signs with a private or secret key that this process holds. */
export class LocalSigner extends Signer {
  constructor(
    readonly key: KeyObject,
    private readonly algorithm: SigningAlgorithm,
  ) {
    super();
  }

  sign(input: Uint8Array): Promise<Uint8Array> {
    return createSignature(this.algorithm, this.key, input);
  }
}
