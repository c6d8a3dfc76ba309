import { Injectable } from '@nestjs/common';
import { readRequestedScope } from '../../authentication/requests/requested-scope.js';
import { AuthError } from '../../kernel/auth-error.js';
import { commonScope, formatScope } from '../../kernel/scope.js';
import { LiveRoleGraph } from '../../rbac/live-role-graph.js';
import type { OAuthClient } from '../clients/oauth-client.js';

/** Decides which scope a client gets (RFC 6749 §3.3). */
@Injectable()
export class ClientScope {
  constructor(private readonly roles: LiveRoleGraph) {}

  /**
   * The part of a scope that client and user may have, and all of that when nothing was asked for. A client never gets a
   * token without scope, which nothing would narrow.
   * @param sent the parameter as it was sent
   * @param ofUser what the user may have; `undefined` limits nothing
   * @throws AuthError `invalid_scope` when it is no scope, when nobody knows a part of it, or when nothing of it is left
   */
  grantTo(client: OAuthClient, sent: string | undefined, ofUser?: readonly string[]): readonly string[] {
    const requested = sent === undefined ? undefined : readRequestedScope(sent);
    if (requested !== undefined) this.refuseUnknown(requested, client);
    const granted = commonScope(commonScope(requested, client.scope), ofUser) ?? [];
    if (granted.length > 0) return granted;
    throw new AuthError('invalid_scope', { detail: 'client and user may have nothing of this scope' });
  }

  /** What somebody else may have is left out of the answer; a word that means nothing is a mistake to be told. */
  private refuseUnknown(requested: readonly string[], client: OAuthClient): void {
    const { scopes } = this.roles.current;
    const unknown = requested.filter((token) => !client.scope.includes(token) && !scopes.includes(token));
    if (unknown.length > 0)
      throw new AuthError('invalid_scope', { detail: `nobody knows the scope ${formatScope(unknown)}` });
  }
}
