import type { KeyObject } from 'node:crypto';
import { isSignatureValid } from '../jose/signature.js';
import type { SigningAlgorithm } from '../jose/signing-algorithm.js';
import { storeUnavailable } from '../kernel/auth-error.js';
import { withinDeadline } from '../kernel/deadline.js';
import { peers } from '../peers/peers.js';
import type { Signer } from './signer.js';

/** What identifies a key to its signer; `key` is the public one, or the secret of an HMAC algorithm. */
export interface SignerKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly key: KeyObject;
}

/** Signs whole tokens with one key, wherever its private part is. */
export abstract class TokenSigner {
  /**
   * A compact JWS of the claims (RFC 7515 §7.1); `alg` and `kid` of its header are those of the key.
   *
   * @throws AuthError `store_unavailable` when a signer elsewhere fails, hangs, or answers something else than a signature
   */
  abstract sign(type: string, claims: object): Promise<string>;
}

type JwtService = InstanceType<(typeof peers)['@nestjs/jwt']['JwtService']>;

/** Signs with a private or secret key that this process holds. */
export class LocalTokenSigner extends TokenSigner {
  /** Made for the first token: not every app signs one. Keys and algorithms go with each call; the service itself keeps nothing. */
  private jwt: JwtService | undefined;

  constructor(
    private readonly kid: string,
    private readonly algorithm: SigningAlgorithm,
    private readonly key: KeyObject,
  ) {
    super();
  }

  async sign(typ: string, claims: object): Promise<string> {
    const { algorithm, kid } = this;
    const header = { alg: algorithm, typ, kid };
    this.jwt ??= new peers['@nestjs/jwt'].JwtService();
    return this.jwt.sign(claims, { privateKey: this.key, algorithm, keyid: kid, header });
  }
}

const DEADLINE_MS = 3000;

/** Has tokens signed by a {@link Signer} of the host, and believes nothing but a good signature. */
export class RemoteTokenSigner extends TokenSigner {
  constructor(
    private readonly key: SignerKey,
    private readonly signer: Signer,
  ) {
    super();
  }

  async sign(typ: string, claims: object): Promise<string> {
    const { algorithm, kid, key } = this.key;
    const input = [{ alg: algorithm, typ, kid }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const bytes = Buffer.from(input, 'ascii');
    const signature = await this.answerTo(bytes);
    // A signer with another key, or one that answers DER, would hand out tokens that nobody accepts.
    if (!isSignatureValid(algorithm, key, bytes, signature)) {
      throw storeUnavailable(`the signer's answer is no ${algorithm} signature of ${kid}`);
    }
    return `${input}.${Buffer.from(signature).toString('base64url')}`;
  }

  private async answerTo(input: Uint8Array): Promise<Uint8Array> {
    try {
      return await withinDeadline(
        async () => this.signer.sign(input),
        DEADLINE_MS,
        () => new Error(`no answer within ${DEADLINE_MS} ms`),
      );
    } catch (error) {
      throw storeUnavailable('the signer failed', { cause: error });
    }
  }
}
