import type { DPoPProofs, SoundProof } from '../../dpop/dpop-proofs.service.js';
import { AuthError, isAuthError } from '../../kernel/auth-error.js';
import type { Principal } from '../../kernel/principal.js';
import type { AccessTokenCheck } from '../../tokens/access-token-check.js';
import { authorizationOf, type CredentialRequest } from '../requests/credentials.js';
import { DPOP_SCHEME, proofOf, refusal, useOnce } from '../requests/dpop-proof.js';
import type { CredentialFinder, ShownCredential } from './shown-credential.js';

// RFC 9449 §7.1: "DPoP" 1*SP token68; the scheme is case-insensitive (RFC 9110 §11.1).
const DPOP = /^DPoP +([\w.~+/-]+=*)$/i;
const OF_DPOP = /^DPoP(?:\s|$)/i;

/** What the proof of a request has shown. */
interface Proven {
  readonly token: string;
  readonly proof: SoundProof;
  /** Settles once the proof is used up. */
  used?: Promise<void> | undefined;
}

/** The access token that comes with a proof that its sender holds the key which it is bound to (RFC 9449 §7). */
export class ProvenToken implements CredentialFinder {
  /**
   * By the headers of a request. Several handlers of one request (GraphQL), several guards of one route and each message of a
   * socket ask about the same proof, which is no replay.
   */
  private readonly proven = new WeakMap<object, Proven>();

  constructor(
    private readonly proofs: DPoPProofs,
    private readonly check: AccessTokenCheck,
  ) {}

  /** @throws AuthError `invalid_token` for a malformed header, `invalid_request` for two */
  find(request: CredentialRequest): readonly ShownCredential[] {
    const header = authorizationOf(request);
    if (header === undefined || !OF_DPOP.test(header)) return [];
    const token = DPOP.exec(header)?.[1];
    if (token === undefined)
      throw new AuthError('invalid_token', {
        detail: 'the Authorization header is malformed',
        scheme: DPOP_SCHEME,
      });
    return [{ credential: token, isAmbient: false, verify: () => this.verify(token, request) }];
  }

  /** The proof first, which costs nobody but us; then the token; and the proof is used up when both are good. */
  private async verify(token: string, request: CredentialRequest): Promise<Principal> {
    const known = this.proven.get(request.headers);
    const proven = known?.token === token ? known : this.prove(token, request);
    const principal = await this.principalOf(token, proven.proof.jkt);
    await (proven.used ??= this.use(proven));
    return principal;
  }

  /** What can't be decided now may be with the next message of a socket. */
  private use(proven: Proven): Promise<void> {
    return useOnce(this.proofs, proven.proof).catch((error: unknown) => {
      proven.used = undefined;
      throw error;
    });
  }

  private prove(token: string, request: CredentialRequest): Proven {
    const proof = proofOf(this.proofs, request, token);
    if (proof === undefined) throw refusal(this.proofs, { fault: 'there is none' });
    const proven: Proven = { token, proof };
    // Before anybody waits: others may ask meanwhile.
    this.proven.set(request.headers, proven);
    return proven;
  }

  private async principalOf(token: string, jkt: string): Promise<Principal> {
    try {
      return await this.check.verify(token, jkt);
    } catch (error) {
      throw isAuthError(error)
        ? new AuthError(error.code, { scheme: DPOP_SCHEME, ...error.occurrence })
        : error;
    }
  }
}
