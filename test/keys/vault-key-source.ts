import { createPublicKey } from 'node:crypto';
import { externalSigningKey, type KeySet, KeySource, Signer, verificationKey } from 'nestjs-gatehouse';

/** Your client of the service that holds the private keys. */
export interface Vault {
  /** Public keys as PEM, the one that signs first. */
  publicKeys(): Promise<readonly { readonly id: string; readonly pem: string }[]>;
  /** An RSASSA-PKCS1-v1_5 signature with SHA-256. */
  sign(id: string, input: Uint8Array): Promise<Uint8Array>;
}

class VaultSigner extends Signer {
  constructor(
    private readonly vault: Vault,
    private readonly id: string,
  ) {
    super();
  }

  sign(input: Uint8Array): Promise<Uint8Array> {
    return this.vault.sign(this.id, input);
  }
}

export class VaultKeySource extends KeySource {
  constructor(private readonly vault: Vault) {
    super();
  }

  async load(): Promise<KeySet> {
    const found = await this.vault.publicKeys();
    return found.map(({ id, pem }, at) => {
      const key = createPublicKey(pem);
      // The first signs; the others verify as long as the vault lists them.
      if (at > 0) return verificationKey(key, 'RS256', { kid: id });
      return externalSigningKey(key, 'RS256', new VaultSigner(this.vault, id), { kid: id });
    });
  }
}
