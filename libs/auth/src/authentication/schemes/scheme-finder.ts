import { AuthError, isAuthError, isNestException, storeUnavailable } from '../../kernel/auth-error.js';
import type { Clock } from '../../kernel/clock.js';
import { answerOfHost } from '../../kernel/deadline.js';
import type { Principal } from '../../kernel/principal.js';
import { withoutSecret } from '../../kernel/text.js';
import type { AccessTokenCheck } from '../../tokens/access-token-check.js';
import type { CredentialScheme } from '../credential-scheme.js';
import type { CredentialRequest } from '../requests/credentials.js';
import type { CredentialFinder, ShownCredential } from './shown-credential.js';
import { principalOfAnswer, UnsoundAnswer } from './verified-credential.js';

/** One scheme of the host, or of ours. */
export class SchemeFinder implements CredentialFinder {
  constructor(
    private readonly scheme: CredentialScheme<unknown>,
    private readonly check: AccessTokenCheck,
    private readonly clock: Clock,
  ) {}

  find(request: CredentialRequest): readonly ShownCredential[] {
    const credential = this.scheme.find(request);
    if (credential === undefined || credential === null || credential === '' || credential === false)
      return [];
    // Any promise would be a credential, of each call.
    if (typeof (credential as PromiseLike<unknown>).then === 'function')
      throw new TypeError(`find() of the scheme ${this.scheme.scheme} must answer at once`);
    const isAmbient = this.scheme.isAmbient === true;
    return [{ credential, isAmbient, verify: () => this.verify(credential) }];
  }

  private async verify(credential: unknown): Promise<Principal> {
    try {
      const { scheme } = this.scheme;
      const beganAt = this.clock.elapsed();
      const answer = await answerOfHost(`the scheme ${scheme}`, () => this.scheme.verify(credential));
      // Hosts answer what their database did.
      if (!answer) throw new AuthError('invalid_token', { detail: `there is no such ${scheme}` });
      return await this.admit(principalOfAnswer(answer, scheme, this.clock.now(), beganAt));
    } catch (error) {
      throw this.refusalOf(error, credential);
    }
  }

  private admit(principal: Principal): Principal | Promise<Principal> {
    if (!(this.clock.now() < principal.expiresAt))
      throw new AuthError('invalid_token', { detail: `the ${this.scheme.scheme} has expired` });
    return this.scheme.knowsRevocations === true ? principal : this.check.unlessRevoked(principal);
  }

  /** Which credentials are bad is the scheme's to say; whatever else goes wrong isn't the caller's fault. */
  private refusalOf(error: unknown, credential: unknown): unknown {
    const { scheme } = this.scheme;
    if (isAuthError(error)) return new AuthError(error.code, { scheme, ...error.occurrence });
    // What a host says in so many words is its answer; an answer that makes no sense is a mistake in its code.
    if (isNestException(error))
      return error.getStatus() === 401 ? new AuthError('invalid_token', { scheme, cause: error }) : error;
    if (error instanceof UnsoundAnswer) return error;
    // A failed query quotes what it was given, so the error itself is no cause that others may log.
    return storeUnavailable(`the scheme ${scheme} failed (${withoutSecret(String(error), credential)})`);
  }
}
