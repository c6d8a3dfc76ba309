import { verified } from '../access-tokens/access-token-principal.js';
import { AccessTokenVerifier } from '../access-tokens/access-token-verifier.js';
import { invalidToken } from '../access-tokens/invalid-token.js';
import type { Principal } from '../kernel/principal.js';
import type { CheckedUser } from '../tokens/checked-login.js';
import { isRefused, type LegacyToken, type LegacyTokens } from './legacy-tokens.service.js';

/** Judges legacy access tokens by the host's verifier, and all others as ever: the form of a token decides, no refusal does. */
export class LegacyAccessTokenVerifier extends AccessTokenVerifier {
  constructor(
    private readonly legacy: LegacyTokens,
    /** Of the sessions that such tokens would be of. */
    private readonly clientId: string,
    ...verifier: ConstructorParameters<typeof AccessTokenVerifier>
  ) {
    super(...verifier);
  }

  override verifyAfresh(token: string): Principal | Promise<Principal> {
    const asked = this.legacy.ask('accessToken', token);
    if (asked === undefined) return super.verifyAfresh(token);
    return asked.then((answer) => {
      if (isRefused(answer)) throw invalidToken(answer.refused);
      return this.principalOf(answer);
    });
  }

  private principalOf({ id, user, claims, ...times }: LegacyToken): Principal {
    return verified({
      subject: user.subject,
      clientId: this.clientId,
      scope: user.scope,
      roles: user.roles,
      sessionId: undefined,
      tokenId: id,
      epoch: undefined,
      authenticatedAt: times.authenticatedAt,
      amr: user.amr,
      acr: user.acr,
      sessionData: user.sessionData,
      // What isn't known was before any revocation.
      issuedAt: times.issuedAt ?? 0,
      expiresAt: times.expiresAt,
      claims: { ...claims, ...claimsBesideEnd(user) },
    });
  }
}

/** The only end among the claims is one that is signed: so long a revocation is kept. */
function claimsBesideEnd({ claims = {} }: CheckedUser): Readonly<Record<string, unknown>> {
  const { exp: _told, ...others } = claims;
  return others;
}
