import { type KeyObject, generateKeyPairSync } from 'node:crypto';
import { createSignature } from '../../../../test/support/tokens/create-signature.js';
import { GRANT, tokenParties, type TokenParties } from '../../../../test/support/tokens/token-parties.js';
import { KeySource } from '../keys/key-source.js';
import { Signer } from '../keys/signer.js';
import type { SigningAlgorithm } from '../jose/signing-algorithm.js';
import { type KeySet, externalSigningKey } from '../keys/signing-key.js';

/** Stands for a KMS: signs on request and has no way to reveal the key. */
class VaultDouble extends Signer {
  readonly publicKey: KeyObject;
  failure: Error | undefined;
  hangs = false;
  answer: (signature: Uint8Array) => Uint8Array = (signature) => signature;
  readonly #privateKey: KeyObject;

  constructor(private readonly algorithm: SigningAlgorithm) {
    super();
    const pair = algorithm.startsWith('ES') ? pairs.EC : pairs.RSA;
    this.publicKey = pair.publicKey;
    this.#privateKey = pair.privateKey;
  }

  async sign(input: Uint8Array): Promise<Uint8Array> {
    if (this.failure) throw this.failure;
    if (this.hangs) return new Promise(() => {});
    return this.answer(await createSignature(this.algorithm, this.#privateKey, input));
  }
}

class VaultKeySource extends KeySource {
  constructor(
    private readonly vault: VaultDouble,
    private readonly algorithm: SigningAlgorithm,
  ) {
    super();
  }

  async load(): Promise<KeySet> {
    return [externalSigningKey(this.vault.publicKey, this.algorithm, this.vault)];
  }
}

const pairs = {
  EC: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RSA: generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

describe.each(['RS256', 'PS256', 'ES256'] as const)('a key held elsewhere (%s)', (algorithm) => {
  let vault: VaultDouble;
  let parties: TokenParties;

  beforeEach(async () => {
    vault = new VaultDouble(algorithm);
    parties = await tokenParties({ keys: { source: new VaultKeySource(vault, algorithm) } });
  });

  afterEach(() => parties.ring.close());

  it('signs tokens that verify as any other, and is published', async () => {
    const { token } = await parties.issuer.issue(GRANT);
    expect(await parties.verifier.verify(token)).toMatchObject(GRANT);
    expect(parties.ring.jwks().keys).toEqual([expect.objectContaining({ alg: algorithm, use: 'sig' })]);
  });

  it('shows no private member anywhere', async () => {
    const seen = JSON.stringify([parties.ring.jwks(), parties.ring.active(), vault]);
    expect(seen).not.toMatch(/"(?:d|p|q|dp|dq|qi|k)":/);
    expect(seen).not.toContain('PRIVATE');
  });

  it('answers 503 when the signer fails', async () => {
    vault.failure = new Error('throttled');
    await expect(parties.issuer.issue(GRANT)).rejects.toMatchObject({
      code: 'store_unavailable',
      options: { cause: vault.failure, retryAfterSeconds: 1 },
    });
  });

  it('answers 503 when the signer hangs', async () => {
    jest.useFakeTimers();
    vault.hangs = true;
    const refusal = parties.issuer.issue(GRANT).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(3001);
    jest.useRealTimers();
    expect(await refusal).toMatchObject({ code: 'store_unavailable' });
  });

  it.each<[string, (signature: Uint8Array) => Uint8Array]>([
    ['DER', (signature) => Buffer.concat([Buffer.from([0x30, signature.length]), signature])],
    ['nothing', () => new Uint8Array()],
    ['a damaged signature', (signature) => signature.map((byte) => byte ^ 1)],
  ])('hands out no token when the signer answers %s', async (_, answer) => {
    vault.answer = answer;
    await expect(parties.issuer.issue(GRANT)).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
