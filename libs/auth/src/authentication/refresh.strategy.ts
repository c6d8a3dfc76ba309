import { Inject, Injectable, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { deviceOf } from '../context/callers/origin-of.js';
import { DPoPProofs } from '../dpop/dpop-proofs.service.js';
import { AuthError, isAuthError } from '../kernel/auth-error.js';
import { peers } from '../peers/peers.js';
import type { TokenPair } from '../tokens/token-pair.js';
import { TokenService } from '../tokens/token.service.js';
import { AuthenticationSettings } from './authentication.settings.js';
import { authorizationOf, type CredentialRequest, singleHeader } from './requests/credentials.js';
import { CrossSiteCheck } from './requests/cross-site-check.js';
import {
  type PassportProtocol,
  registerStrategy,
  uniqueStrategyName,
  unregisterStrategy,
} from './passport-protocol.js';
import { useProof } from './requests/dpop-proof.js';
import { fingerprintBinding } from './requests/fingerprint.js';
import { cookiesOf } from './requests/request-cookies.js';
import { parametersOf } from './requests/request-parameters.js';
import { readRequestedScope } from './requests/requested-scope.js';

const PassportBase = peers.passport.Strategy as unknown as new () => object;

/** Rotates the refresh token of a request (body, header or cookie); principal and token pair end up on the request. */
@Injectable()
export class RefreshStrategy extends PassportBase implements OnApplicationShutdown {
  // No parameter of the constructor: most apps have bearer tokens only.
  @Optional()
  @Inject(DPoPProofs)
  private readonly proofs: DPoPProofs | undefined;
  /** Unique per module instance. */
  readonly name = uniqueStrategyName('refresh');

  /** @internal */
  constructor(
    private readonly tokens: TokenService,
    private readonly settings: AuthenticationSettings,
    private readonly crossSite: CrossSiteCheck,
  ) {
    super();
    registerStrategy(this.name, this);
  }

  onApplicationShutdown(): void {
    unregisterStrategy(this.name);
  }

  /**
   * Passport's entry: succeeds with the principal and, as `info`, the {@link TokenPair}.
   * @internal
   */
  authenticate(this: RefreshStrategy & PassportProtocol, request: CredentialRequest): void {
    this.rotate(request).then(
      (pair) => this.success(pair.principal, pair),
      (error: unknown) => this.error(error),
    );
  }

  /**
   * Rotates the refresh token that the request carries.
   * @throws AuthError `invalid_request`, `invalid_dpop_proof`, `use_dpop_nonce`, `invalid_grant`, `invalid_scope`, `store_unavailable`
   * @internal
   */
  async rotate(request: CredentialRequest): Promise<TokenPair> {
    const { refreshCookie, accessCookie, fingerprintCookie, refreshTokenField } = this.settings;
    const { clientIds: clientId } = this.settings;
    // Only cookies travel by themselves.
    if (refreshCookie !== undefined || accessCookie !== undefined) this.crossSite.refuse(request);
    const { scope: sentScope, [refreshTokenField]: inBody } = parametersOf(request, [
      'scope',
      refreshTokenField,
    ]);
    const { shown, inCookies } = refreshTokensOf(request, this.settings, inBody);
    const scope = sentScope === undefined ? undefined : readRequestedScope(sentScope);
    const [only, ...others] = [...shown, ...inCookies];
    if (only === undefined)
      throw new AuthError('invalid_request', { detail: `${refreshTokenField} is required` });
    const device = deviceOf(request);
    if (others.length > 0 && shown.length > 0)
      throw new AuthError('invalid_request', { detail: MORE_THAN_ONE });
    // No script can read a token in a cookie, so none can make a proof for it.
    const takesProof = this.proofs !== undefined && accessCookie === undefined;
    const proven = takesProof ? await useProof(this.proofs, request) : undefined;
    const binding =
      fingerprintCookie === undefined
        ? proven
        : (proven ?? fingerprintBinding(request, fingerprintCookie.name));
    const asked = { clientId, scope, device, binding, shownBy: request };
    if (others.length === 0) return this.tokens.refresh({ refreshToken: only, ...asked });
    return this.rotateOneOf(inCookies, asked);
  }

  /** Which cookie comes first is up to whoever set the other one: what counts is whose token we wrote. */
  private async rotateOneOf(
    cookies: readonly string[],
    request: Omit<Parameters<TokenService['refresh']>[0], 'refreshToken'>,
  ): Promise<TokenPair> {
    let refusal = new AuthError('invalid_grant', {
      detail: 'none of the cookies is a refresh token of ours',
    });
    for (const refreshToken of await this.tokens.authenticRefreshTokens(cookies)) {
      try {
        return await this.tokens.refresh({ ...request, refreshToken });
      } catch (error) {
        if (!isAuthError(error) || error.code !== 'invalid_grant') throw error;
        refusal = error;
      }
    }
    throw refusal;
  }
}

const MORE_THAN_ONE = 'the request carries more than one refresh token';

/** Where the refresh tokens of a request are: those shown on purpose, and those that a browser added. */
export interface PresentedRefreshTokens {
  readonly shown: readonly string[];
  readonly inCookies: readonly string[];
}

/** The refresh tokens of a request, from wherever the host says. @throws AuthError `invalid_request` */
export function refreshTokensOf(
  request: CredentialRequest,
  { refreshCookie, refreshTokenHeader }: AuthenticationSettings,
  inBody: string | undefined,
): PresentedRefreshTokens {
  const inHeader = refreshTokenHeader === undefined ? undefined : headerToken(request, refreshTokenHeader);
  return {
    shown: [inBody, inHeader].filter((token) => token !== undefined),
    inCookies: refreshCookie === undefined ? [] : cookiesOf(request, refreshCookie.name),
  };
}

const BEARER = /^Bearer +(\S+)$/i;

/** A token in a header, alone or as a bearer token; credentials of another scheme are none. */
function headerToken(request: CredentialRequest, name: string): string | undefined {
  if (name === 'authorization') return BEARER.exec(authorizationOf(request) ?? '')?.[1];
  const value = singleHeader(request, name);
  return value === undefined ? undefined : (BEARER.exec(value)?.[1] ?? value);
}
