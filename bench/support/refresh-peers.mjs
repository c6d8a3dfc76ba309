// What refreshes sessions in bench/refresh.mjs. Each answers `login(subject)` → token and `refresh(token)` → token, or
// undefined when the token is refused. Nobody signs access tokens here: that costs all of them the same.
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { AuthEvents } from '../../libs/auth/dist/kernel/auth-events.js';
import { ConfigurationFindings } from '../../libs/auth/dist/kernel/configuration/configuration-error.js';
import { GuardedRedis } from '../../libs/auth/dist/redis/guarded-redis.js';
import { KeySpace } from '../../libs/auth/dist/redis/key-space.js';
import { RedisSessionStore } from '../../libs/auth/dist/sessions/redis-session.store.js';
import { LastingSecret } from '../../libs/auth/dist/secret/lasting-secret.js';
import { RefreshTokenMac } from '../../libs/auth/dist/sessions/refresh-token-mac.js';
import { RefreshTokenService } from '../../libs/auth/dist/sessions/refresh-token.service.js';
import { createSessionId } from '../../libs/auth/dist/subjects/subject-keys.js';
import { resolveSessionsSettings } from '../../libs/auth/dist/sessions/sessions.settings.js';
import { resolveTokenBlacklistSettings } from '../../libs/auth/dist/token-blacklist/token-blacklist.settings.js';

const OAuth2Server = createRequire(import.meta.url)('@node-oauth/oauth2-server');
const { Request, Response } = OAuth2Server;
const WEEK_S = 604_800;
export const USER_AGENT =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const device = { userAgent: USER_AGENT, ip: '203.0.113.7' };

export const guarded = (client) =>
  new GuardedRedis(client, { keySpace: new KeySpace('gatehouse'), deadlineMs: 10_000 });

export function blacklistSettings(options) {
  const lives = {
    accessTokenLifetimeMs: 905_000,
    clockToleranceMs: 5_000,
    sessionLifetimeMs: 30 * 86_400_000,
    longestLoginMs: 15 * 60_000,
    marksKeptUntil: 0,
  };
  return resolveTokenBlacklistSettings(options, new ConfigurationFindings(), lives);
}

function gatehouse(client) {
  const settings = resolveSessionsSettings({}, new ConfigurationFindings());
  const mac = new RefreshTokenMac(settings, new LastingSecret([Buffer.from('x'.repeat(32))]));
  const store = new RedisSessionStore(guarded(client), blacklistSettings());
  const service = new RefreshTokenService(store, mac, new AuthEvents());
  return {
    async login(subject) {
      const grant = await service.openSince({
        id: createSessionId(subject),
        subject,
        clientId: 'web',
        roles: ['user'],
        authenticatedAt: Date.now(),
        device,
      });
      return grant.refreshToken;
    },
    async refresh(token) {
      const presented = await service.present(token, { clientId: 'web' });
      return 'verdict' in presented ? undefined : (await service.turnOver(presented)).refreshToken;
    },
  };
}

/** As in most tutorials: the current token of a session in one key; get, compare, set. */
function naive(client) {
  const save = async (session, facts) => {
    const token = `${session}.${randomBytes(32).toString('base64url')}`;
    await client.set(`refresh:${session}`, JSON.stringify({ ...facts, token }), 'EX', WEEK_S);
    return token;
  };
  return {
    login: (subject) =>
      save(randomBytes(16).toString('hex'), { subject, clientId: 'web', roles: ['user'], device }),
    async refresh(token) {
      const [session] = token.split('.');
      const stored = JSON.parse((await client.get(`refresh:${session}`)) ?? '{}');
      return stored.token === token ? save(session, stored) : undefined;
    },
  };
}

/** A published OAuth 2 server; its model is the host's, here the obvious one on Redis: one key per token. */
function nodeOauth(client) {
  const webClient = { id: 'web', grants: ['refresh_token'] };
  const write = (token, facts) => client.set(`oauth:${token}`, JSON.stringify(facts), 'EX', WEEK_S);
  const model = {
    getClient: async () => webClient,
    async getRefreshToken(refreshToken) {
      const stored = await client.get(`oauth:${refreshToken}`);
      if (stored === null) return undefined;
      const refreshTokenExpiresAt = new Date(Date.now() + WEEK_S * 1000);
      return { refreshToken, refreshTokenExpiresAt, client: webClient, user: JSON.parse(stored) };
    },
    revokeToken: async ({ refreshToken }) => (await client.del(`oauth:${refreshToken}`)) === 1,
    async saveToken(token, oauthClient, user) {
      await write(token.refreshToken, user);
      return { ...token, client: oauthClient, user };
    },
  };
  const server = new OAuth2Server({ model, requireClientAuthentication: { refresh_token: false } });
  return {
    async login(subject) {
      const token = randomBytes(20).toString('hex');
      await write(token, { subject, roles: ['user'], device });
      return token;
    },
    async refresh(token) {
      const request = new Request({
        method: 'POST',
        query: {},
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '1' },
        body: { grant_type: 'refresh_token', client_id: 'web', refresh_token: token },
      });
      try {
        return (await server.token(request, new Response({}))).refreshToken;
      } catch (error) {
        if (error.name === 'invalid_grant') return undefined;
        throw error;
      }
    },
  };
}

export const peers = [
  { name: 'gatehouse', make: gatehouse },
  { name: 'naive GET, compare, SET', make: naive },
  { name: '@node-oauth/oauth2-server on Redis', make: nodeOauth },
];

/**
 * Two clients present one token at once, so many times. `spent`: both get successors, different ones, a double spend; `out`: one
 * is refused; `same`: both get the same.
 */
export async function race(clients, make, pairs) {
  const [first, second] = clients.map(make);
  const counts = { spent: 0, out: 0, same: 0 };
  for (let pair = 0; pair < pairs; pair++) {
    const token = await first.login(`racer-${pair}`);
    const [a, b] = await Promise.all([first.refresh(token), second.refresh(token)]);
    if (a === undefined || b === undefined) counts.out++;
    else if (a === b) counts.same++;
    else counts.spent++;
  }
  for (const client of clients) client.disconnect();
  return counts;
}
