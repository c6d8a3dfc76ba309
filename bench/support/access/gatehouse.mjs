// Ours, as the cases of `access.mjs` have it.
import { createPrivateKey, sign } from 'node:crypto';
import {
  AuthModule,
  defineAccess,
  Permissions,
  TokenService,
  UserAuthenticator,
} from '../../../libs/auth/dist/index.js';
import { LIMIT as limit } from './cases.mjs';

const byAddress = { limit, ttl: '1m' };
const byUser = { name: 'user', by: 'user', limit, ttl: '1m' };

class Users extends UserAuthenticator {
  async authenticate(username, password) {
    return password === 'word' ? { subject: username, roles: ['reader'] } : undefined;
  }
}

export const baseOptions = (privateKey) => ({
  issuer: 'https://bench.test',
  audience: 'https://bench.test',
  secret: 'a lasting secret of the benchmarks, long enough',
  keys: { privateKey },
  rbac: { definition: defineAccess({ roles: { reader: { grants: ['posts:read'] } } }) },
  userAuthenticator: Users,
});

export const loginOf = (subject) => ({
  subject,
  clientId: 'first-party',
  roles: ['reader'],
  authenticatedAt: Date.now(),
  device: {},
});

function build(privateKey, options) {
  const auth = AuthModule.forRoot({ ...baseOptions(privateKey), ...options });
  const tokens = async (app, count) => {
    const service = app.get(TokenService, { strict: false });
    const minted = [];
    for (let at = 0; at < count; at += 1)
      minted.push((await service.login(loginOf(`user-${at}`))).accessToken);
    return minted;
  };
  const another = (token, at) => signAgain(token, `another-${at}`, privateKey);
  return { module: { imports: [auth] }, tokens, another, route: [Permissions('posts:read')] };
}

/** The same token with another id, so that nobody has seen it. */
function signAgain(token, jti, pem) {
  const [header, payload] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url'));
  const content = `${header}.${Buffer.from(JSON.stringify({ ...claims, jti })).toString('base64url')}`;
  return `${content}.${sign('sha256', content, keyOf(pem)).toString('base64url')}`;
}

let parsed;
const keyOf = (pem) => (parsed ??= createPrivateKey(pem));

const redis = (url) => ({ url, deadline: '5s' });

export const memory = (key) => build(key, { throttler: { throttlers: [byAddress] } });
export const strict = (url, key) => build(key, { redis: redis(url), throttler: { throttlers: [byAddress] } });
export const strictBoth = (url, key) =>
  build(key, { redis: redis(url), throttler: { throttlers: [byAddress, byUser] } });
const withBound = (maxStaleness) => (url, key) =>
  build(key, {
    redis: redis(url),
    throttler: { throttlers: [byAddress] },
    tokenBlacklist: { maxStaleness },
  });
export const bounded = withBound('2s');
export const idle = withBound('100ms');
