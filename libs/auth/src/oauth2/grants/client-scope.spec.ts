import { AuthEvents } from '../../kernel/auth-events.js';
import { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import { LiveRoleGraph } from '../../rbac/live-role-graph.js';
import { resolveRbacSettings } from '../../rbac/rbac.settings.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import { ClientScope } from './client-scope.js';

const scopes = { read: ['articles:read'], write: ['articles:*'], admin: ['*'] };

async function clientScope(): Promise<ClientScope> {
  const rbac = resolveRbacSettings({ definition: { roles: {}, scopes } }, new ConfigurationFindings());
  return new ClientScope(await LiveRoleGraph.start(rbac, new AuthEvents()));
}

const client = (...scope: string[]): OAuthClient => ({ id: 'app', grants: [], scope });
const app = client('read', 'write', 'mail');

describe('[6749-4] [10.4] the scope of a client', () => {
  it.each<[string | undefined, readonly string[] | undefined, readonly string[]]>([
    [undefined, undefined, ['read', 'write', 'mail']],
    [undefined, ['write', 'admin'], ['write']],
    ['write read', undefined, ['write', 'read']],
    ['read  read', undefined, ['read']],
    ['read admin', undefined, ['read']],
    ['read mail', ['mail', 'admin'], ['mail']],
  ])('of %j, where its user may have %j, is %j', async (sent, ofUser, granted) => {
    expect((await clientScope()).grantTo(app, sent, ofUser)).toEqual(granted);
  });

  it.each<[string, OAuthClient, string | undefined, readonly string[] | undefined]>([
    ['a word that nobody knows', app, 'read photos', undefined],
    ['nothing but one', app, 'photos', undefined],
    ['what only another client may have', app, 'admin', undefined],
    ['what the user may not have', app, 'read', ['write']],
    ['of a user who may have nothing of it', app, undefined, ['admin']],
    ['of a user without any', app, undefined, []],
    ['of a client without any', client(), undefined, undefined],
    ['no scope', app, 'read"', undefined],
    ['white space', app, ' ', undefined],
  ])('%s is invalid_scope', async (_, of, sent, ofUser) => {
    const rule = await clientScope();
    expect(() => rule.grantTo(of, sent, ofUser)).toThrow(
      expect.objectContaining({ code: 'invalid_scope' }) as Error,
    );
  });
});
