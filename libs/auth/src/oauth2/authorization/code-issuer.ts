import { Injectable } from '@nestjs/common';
import type { AuthenticatedUser } from '../../authentication/user-authenticator.js';
import { AuthorizationCodeStore } from '../../authorization-codes/authorization-code.store.js';
import { originOf } from '../../context/callers/origin-of.js';
import { AuthError } from '../../kernel/auth-error.js';
import { AuthEvents } from '../../kernel/auth-events.js';
import { isInstant } from '../../kernel/clock.js';
import { randomId } from '../../kernel/opaque.js';
import { commonScope, formatScope, isScopeToken } from '../../kernel/scope.js';
import { SessionStore } from '../../sessions/session.store.js';
import { createSessionId } from '../../subjects/subject-keys.js';
import { type CheckedUser, checkedCircumstances, checkedUser, isNobody } from '../../tokens/checked-login.js';
import type { Login } from '../../tokens/token-pair.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import { ClientScope } from '../grants/client-scope.js';
import { requireGrant } from './authorization-check.js';
import type { PendingAuthorization } from './pending-authorizations.js';

/** Who agreed, and to what; `AuthorizationService.approve()` says more. */
export interface Approval extends Pick<Login, 'authenticatedAt' | 'amr' | 'acr'> {
  readonly user: AuthenticatedUser | (() => Promise<AuthenticatedUser | null | undefined>);
  readonly scope: readonly string[];
}

/** A code, and what is told of it. */
interface IssuedCode {
  readonly code: string;
  readonly told: { readonly sessionId: string; readonly subject: string; readonly clientId: string };
}

const METHOD = 'AuthorizationService.approve()';
// RFC 6749 §4.1.2 recommends ten minutes at most; clients redeem it at once.
const CODE_TTL_MS = 60_000;

/** Issues codes for what users agreed to (RFC 6749 §4.1.2). */
@Injectable()
export class CodeIssuer {
  constructor(
    private readonly codes: AuthorizationCodeStore,
    private readonly sessions: SessionStore,
    private readonly scopes: ClientScope,
    private readonly events: AuthEvents,
  ) {}

  /**
   * Issues a code, which nobody knows yet.
   * @throws AuthError `access_denied` when there is no user, `unauthorized_client`, `fresh_auth_required`, `invalid_scope`, `store_unavailable`
   * @throws TypeError that names what is wrong with the approval
   */
  async issue(client: OAuthClient, pending: PendingAuthorization, approval: Approval): Promise<IssuedCode> {
    refuseUnsound(approval);
    requireGrant(client);
    refuseStale(pending, approval);
    const { user, revocations } = await this.identified(client, approval);
    const sessionId = createSessionId(user.subject);
    const login = JSON.stringify(this.loginOf(user, client, pending, approval));
    const { clientId, redirectUri, codeChallenge, dpopJkt } = pending;
    const code = randomId();
    const content = { clientId, redirectUri, codeChallenge, sessionId, login, revocations, dpopJkt };
    await this.codes.issue(code, content, CODE_TTL_MS);
    return { code, told: { sessionId, subject: user.subject, clientId } };
  }

  /** Tells of a code that somebody is going to know. */
  tell({ told }: IssuedCode, request: object): void {
    this.events.emit('authorization-code.issued', told, () => originOf(request));
  }

  /** Tells that a client gets none. */
  tellDenied({ clientId }: PendingAuthorization, code: string, request: object): void {
    this.events.emit('authorization.denied', { clientId, code }, () => originOf(request));
  }

  /** Who it is, and what was revoked before that was looked up: whatever is revoked from then on refuses the code. */
  private async identified(
    { id: clientId }: OAuthClient,
    { user }: Approval,
  ): Promise<{ readonly user: CheckedUser; readonly revocations: string }> {
    const first = soundUser(typeof user === 'function' ? await user() : user);
    const { revocations = '' } = await this.sessions.beginLogin(first.subject, clientId);
    if (typeof user !== 'function') return { user: first, revocations };
    const again = soundUser(await user());
    if (again.subject !== first.subject)
      throw new TypeError(`${METHOD}: \`user\` answers two different users`);
    return { user: again, revocations };
  }

  private loginOf(
    user: CheckedUser,
    client: OAuthClient,
    pending: PendingAuthorization,
    { amr, acr, scope, authenticatedAt }: Approval,
  ): Omit<Login, 'device'> {
    const { answer: _answer, ...known } = user;
    return {
      ...known,
      ...checkedCircumstances({ amr, acr }, METHOD),
      clientId: client.id,
      scope: this.scopes.grantTo(client, formatScope(pending.scope), commonScope(user.scope, scope)),
      authenticatedAt,
      resource: pending.resource,
    };
  }
}

function soundUser(answer: unknown): CheckedUser {
  if (isNobody(answer)) throw new AuthError('access_denied', { detail: 'there is no such user' });
  return checkedUser(answer, METHOD);
}

function refuseUnsound({ authenticatedAt, scope }: Approval): void {
  if (!isInstant(authenticatedAt))
    throw new TypeError(`${METHOD}: \`authenticatedAt\` must be an instant in epoch ms`);
  if (!Array.isArray(scope) || !scope.every(isScopeToken))
    throw new TypeError(`${METHOD}: \`scope\` must be a list of scope tokens (RFC 6749 §3.3)`);
}

/** What the client asked for is held to, whatever the host's page makes of it. Other providers tell whole seconds. */
function refuseStale(
  { prompt = [], maxAgeSeconds = Number.POSITIVE_INFINITY, begunAt }: PendingAuthorization,
  { authenticatedAt }: Approval,
): void {
  const age = Math.floor(begunAt / 1000) - Math.floor(authenticatedAt / 1000);
  const isNew = age <= 0;
  if (prompt.includes('login') ? isNew : age <= maxAgeSeconds) return;
  throw new AuthError('fresh_auth_required', { detail: 'the client asks for a newer login' });
}
