import { Injectable } from '@nestjs/common';
import { AuthError } from '../kernel/auth-error.js';
import { Clock } from '../kernel/clock.js';
import { isScopeWithin, parseScope } from '../kernel/scope.js';
import type { SessionDevice } from '../refresh-sessions/session.js';
import type { TokenGrant } from '../tokens/token-grant.js';
import { TokenService } from '../tokens/token.service.js';
import { AuthenticationSettings } from './authentication.settings.js';
import { CredentialCheckService } from './credential-check.service.js';

/** What a login brings along. */
export interface LoginAttempt {
  readonly username: string;
  readonly password: string;
  /** Requested scope as sent (RFC 6749 §3.3); `undefined` asks for all the user may have. */
  readonly scope?: string | undefined;
  readonly device: SessionDevice;
}

/** First-party login: password in, session and token pair out. */
@Injectable()
export class LoginService {
  constructor(
    private readonly credentials: CredentialCheckService,
    private readonly tokens: TokenService,
    private readonly settings: AuthenticationSettings,
    private readonly clock: Clock,
  ) {}

  /** @throws AuthError `invalid_credentials`, `invalid_scope`, `quota_exceeded`, `session_limit_reached`, `store_unavailable` */
  async login({ username, password, scope, device }: LoginAttempt): Promise<TokenGrant> {
    const { clientId } = this.settings;
    const requested = scope === undefined || scope === '' ? undefined : parseRequestedScope(scope);
    const user = await this.credentials.check({ username, password, clientId, ip: device.ip ?? 'unknown' });
    return this.tokens.login({
      subject: ownSubject(user.subject),
      clientId,
      roles: user.roles ?? [],
      scope: grantedScope(requested, user.scope),
      authenticatedAt: this.clock.now(),
      device,
    });
  }
}

function parseRequestedScope(scope: string): readonly string[] {
  const parsed = parseScope(scope);
  if (parsed === undefined)
    throw new AuthError('invalid_scope', { detail: 'scope is not a list of scope tokens' });
  return parsed;
}

function grantedScope(
  requested: readonly string[] | undefined,
  allowed: readonly string[] | undefined,
): readonly string[] | undefined {
  if (requested === undefined || allowed === undefined) return requested ?? allowed;
  if (!isScopeWithin(requested, allowed))
    throw new AuthError('invalid_scope', { detail: 'more scope than the user has' });
  return requested;
}

/** RFC 9068 §5: a user must never be mistaken for a machine, whose `sub` is `client:<id>`. */
function ownSubject(subject: string): string {
  if (typeof subject !== 'string' || subject === '' || subject.startsWith('client:')) {
    throw new TypeError(
      'UserAuthenticator: `subject` must be non-empty text that does not start with "client:"',
    );
  }
  return subject;
}
