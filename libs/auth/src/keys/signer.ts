/** Signs on behalf of a key that lives elsewhere (KMS, Vault, HSM) and need never be revealed. */
export abstract class Signer {
  /**
   * The JWS signature of `input` (the ASCII bytes of `header.payload`): RSA as is, EC as `r || s` (RFC 7518 §3.4; many
   * services answer DER, which has to be converted).
   */
  abstract sign(input: Uint8Array): Promise<Uint8Array>;
}
