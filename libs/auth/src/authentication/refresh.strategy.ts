import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Strategy } from 'passport';
import { AuthError } from '../kernel/auth-error.js';
import { parseScope } from '../kernel/scope.js';
import type { TokenGrant } from '../tokens/token-grant.js';
import { TokenService } from '../tokens/token.service.js';
import { AuthenticationSettings } from './authentication.settings.js';
import { type CredentialRequest, memberOf, refreshTokenOf } from './credentials.js';
import {
  type PassportProtocol,
  registerStrategy,
  uniqueStrategyName,
  unregisterStrategy,
} from './passport-protocol.js';

const PassportBase = Strategy as unknown as new () => PassportProtocol;

/** Rotates the refresh token of a request (body or cookie); principal and token pair end up on the request. */
@Injectable()
export class RefreshStrategy extends PassportBase implements OnApplicationShutdown {
  /** Unique per module instance. */
  readonly name = uniqueStrategyName('refresh');

  constructor(
    private readonly tokens: TokenService,
    private readonly settings: AuthenticationSettings,
  ) {
    super();
    registerStrategy(this.name, this);
  }

  onApplicationShutdown(): void {
    unregisterStrategy(this.name);
  }

  /** Passport's entry: succeeds with the principal and, as `info`, the {@link TokenGrant}. */
  authenticate(request: CredentialRequest): void {
    this.rotate(request).then(
      (grant) => this.success(grant.principal, grant),
      (error: unknown) => this.error(error),
    );
  }

  private async rotate(request: CredentialRequest): Promise<TokenGrant> {
    const refreshToken = refreshTokenOf(request, this.settings.refreshCookie?.name);
    if (refreshToken === undefined)
      throw new AuthError('invalid_request', { detail: 'refresh_token is required' });
    return this.tokens.refresh({
      refreshToken,
      clientId: this.settings.clientId,
      scope: requestedScope(request.body),
    });
  }
}

function requestedScope(body: unknown): readonly string[] | undefined {
  const scope = memberOf(body, 'scope');
  // RFC 6749 §3.1: a parameter without a value is treated as if it were omitted.
  if (scope === undefined || scope === '') return undefined;
  const parsed = typeof scope === 'string' ? parseScope(scope) : undefined;
  if (parsed === undefined)
    throw new AuthError('invalid_scope', { detail: 'scope is not a list of scope tokens' });
  return parsed;
}
