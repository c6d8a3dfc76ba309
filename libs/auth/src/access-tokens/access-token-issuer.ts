import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { AuthError } from '../kernel/auth-error.js';
import { Clock } from '../kernel/clock.js';
import { KeyRing } from '../keys/key-ring.js';
import { LocalSigner } from '../keys/signer.js';
import type { SigningKey } from '../keys/signing-key.js';
import { type AccessTokenClaims, claimsFor } from './access-token-claims.js';
import type { AccessTokenGrant, IssuedAccessToken } from './access-token-grant.js';
import { AccessTokensSettings } from './access-tokens.settings.js';
import { asJwtSecret } from './jwt-key.js';
import { signElsewhere } from './sign-elsewhere.js';

const TYPE = 'at+jwt';

/** Makes access tokens (RFC 9068). */
@Injectable()
export class AccessTokenIssuer {
  constructor(
    private readonly settings: AccessTokensSettings,
    private readonly keys: KeyRing,
    private readonly jwt: JwtService,
    private readonly clock: Clock,
  ) {}

  /**
   * Issues a token for a grant.
   *
   * @throws AuthError `access_denied` for a user id that reads like a client's; `store_unavailable` when an external signer fails
   */
  async issue(grant: AccessTokenGrant): Promise<IssuedAccessToken> {
    refuseAmbiguousSubject(grant);
    const hostClaims = await this.settings.claims(grant);
    const claims = claimsFor(grant, hostClaims, this.settings, grant.issuedAt ?? this.clock.now());
    return {
      token: await this.sign(claims, this.keys.active()),
      tokenId: claims.jti,
      expiresAt: claims.exp * 1000,
      expiresInSeconds: claims.exp - claims.iat,
    };
  }

  private async sign(claims: AccessTokenClaims, key: SigningKey): Promise<string> {
    const { algorithm, kid, signer } = key;
    const header = { alg: algorithm, typ: TYPE, kid };
    if (!(signer instanceof LocalSigner)) return signElsewhere(header, claims, key);
    return this.jwt.sign(claims, { secret: asJwtSecret(signer.key), algorithm, keyid: kid, header });
  }
}

// RFC 9068 §5: the subject of a client must not be confused with that of a user.
function refuseAmbiguousSubject({ subject, clientId, sessionId, authenticatedAt }: AccessTokenGrant): void {
  if (!subject.startsWith('client:')) return;
  const isMachine = sessionId === undefined && authenticatedAt === undefined;
  if (isMachine && subject === `client:${clientId}`) return;
  throw new AuthError('access_denied', { detail: 'the subject of a user must not begin with "client:"' });
}
