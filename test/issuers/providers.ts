import { randomUUID } from 'node:crypto';
import type { AuthModuleOptions } from 'nestjs-gatehouse';
import type { IdentityProvider } from '../support/tokens/identity-provider.js';

type Foreign = NonNullable<NonNullable<AuthModuleOptions['accessTokens']>['foreign']>;

/** How a provider that people use writes its tokens, and what is configured for it. */
export interface Provider {
  readonly name: string;
  /** Of its issuer. */
  readonly path: string;
  readonly audience: string;
  readonly foreign: Foreign;
  readonly header: object;
  /** Claims of an access token besides `iss`, `iat` and `exp`. */
  accessToken(idp: IdentityProvider): object;
  readonly principal: object;
  /** Other tokens of the provider, which a client may send by mistake or on purpose: claims and header. */
  readonly others: Readonly<Record<string, readonly [claims: object, header?: object]>>;
}

const API = 'https://api.example';
const GUID = '6e74172b-be56-4843-9ff4-e66a39bb12e3';
const JWT = { typ: 'JWT' };

const keycloak: Provider = {
  name: 'Keycloak',
  path: '/realms/main',
  audience: API,
  foreign: { roles: ['/realm_access/roles', '/resource_access/my-api/roles'] },
  header: JWT,
  accessToken: () => ({
    jti: `onrtac:${randomUUID()}`,
    aud: [API, 'account'],
    sub: 'f:1:alice',
    typ: 'Bearer',
    azp: 'spa',
    sid: 'kc-session',
    acr: '1',
    'allowed-origins': ['https://app.example'],
    realm_access: { roles: ['offline_access'] },
    resource_access: { 'my-api': { roles: ['editor'] }, account: { roles: ['view-profile'] } },
    scope: 'openid email profile',
    preferred_username: 'alice',
    // Versions before 24 put it into every token.
    nonce: 'n-0S6',
  }),
  principal: {
    subject: 'f:1:alice',
    clientId: 'spa',
    roles: ['offline_access', 'editor'],
    scope: ['openid', 'email', 'profile'],
  },
  others: {
    'an ID token': [{ typ: 'ID', aud: API, at_hash: 'x' }],
    'a refresh token': [{ typ: 'Refresh' }],
    'an offline token': [{ typ: 'Offline' }],
    'a logout token': [{ typ: 'Logout', events: {} }],
    'a token for another API': [{ aud: 'account' }],
  },
};

const auth0: Provider = {
  name: 'Auth0',
  path: '/',
  audience: API,
  foreign: { roles: 'permissions' },
  header: JWT,
  accessToken: (idp) => ({
    sub: 'auth0|5f7c8ec7',
    aud: [API, `${idp.issuer}userinfo`],
    azp: 'spa',
    scope: 'openid read:posts',
    gty: 'password',
    permissions: ['editor'],
    jti: randomUUID(),
  }),
  principal: {
    subject: 'auth0|5f7c8ec7',
    clientId: 'spa',
    roles: ['editor'],
    scope: ['openid', 'read:posts'],
  },
  others: {
    'an ID token': [{ aud: 'spa', azp: undefined, permissions: undefined, nonce: 'n', sid: 's' }],
    'an ID token for the API': [{ aud: API, azp: undefined, nickname: 'alice', sid: 's' }],
    'a token with a nonce': [{ nonce: 'n' }],
    'a logout token': [{ events: { x: {} } }],
  },
};

const auth0Profile: Provider = {
  ...auth0,
  name: 'Auth0 (RFC 9068 profile)',
  header: { typ: 'at+jwt' },
  accessToken: (idp) => ({ ...auth0.accessToken(idp), azp: undefined, client_id: 'spa' }),
  others: { 'an ID token': [{ aud: 'spa', client_id: undefined, nonce: 'n', sid: 's' }, JWT] },
};

const entra: Provider = {
  name: 'Entra v2.0',
  path: '/tenant/v2.0',
  audience: GUID,
  foreign: { subject: 'oid' },
  header: { typ: 'JWT', x5t: 'x' },
  accessToken: () => ({
    aud: GUID,
    aio: 'ATQAy',
    azp: GUID,
    azpacr: '0',
    name: 'Alice',
    oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
    rh: '0.AS',
    roles: ['editor'],
    scp: 'Posts.Read Posts.Write',
    sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
    tid: 'tenant',
    uti: randomUUID(),
    ver: '2.0',
  }),
  principal: {
    subject: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
    clientId: GUID,
    roles: ['editor'],
    scope: ['Posts.Read', 'Posts.Write'],
  },
  others: {
    'an ID token': [{ azp: undefined, azpacr: undefined, scp: undefined, nonce: 'n' }],
    'an ID token without a nonce': [{ azp: undefined, azpacr: undefined, scp: undefined }],
    'a token for Graph': [{ aud: '00000003-0000-0000-c000-000000000000' }],
    'a token that names no user': [{ oid: undefined }],
  },
};

const entraV1: Provider = {
  ...entra,
  name: 'Entra v1.0',
  path: '/tenant/',
  audience: `api://${GUID}`,
  accessToken: (idp) => ({
    ...entra.accessToken(idp),
    aud: `api://${GUID}`,
    appid: GUID,
    appidacr: '0',
    azp: undefined,
    azpacr: undefined,
    ver: '1.0',
  }),
  others: { 'an ID token': [{ aud: GUID, appid: undefined, nonce: 'n' }] },
};

const okta: Provider = {
  name: 'Okta',
  path: '/oauth2/default',
  audience: 'api://default',
  foreign: { types: ['none'], roles: 'groups' },
  header: {},
  accessToken: () => ({
    ver: 1,
    jti: `AT.${randomUUID()}`,
    aud: 'api://default',
    cid: '0oaoiuhhch8VRtBnC0g4',
    uid: '00uixa271s6x7qt8I0h7',
    scp: ['openid', 'posts.read'],
    auth_time: Math.floor(Date.now() / 1000),
    sub: 'alice@example.com',
    groups: ['editor'],
  }),
  principal: {
    subject: 'alice@example.com',
    clientId: '0oaoiuhhch8VRtBnC0g4',
    roles: ['editor'],
    scope: ['openid', 'posts.read'],
  },
  others: {
    'an ID token': [
      { jti: 'ID.1', aud: '0oaoiuhhch8VRtBnC0g4', cid: undefined, scp: undefined, at_hash: 'x', nonce: 'n' },
    ],
    'an ID token for the API': [{ jti: 'ID.1', cid: undefined, scp: undefined, amr: ['pwd'] }],
    'a token of a type nobody configured': [{}, JWT],
  },
};

const cognito: Provider = {
  name: 'Cognito',
  path: '/eu-central-1_Example',
  audience: API,
  foreign: { types: ['none'], clientIds: ['1example23456789'], roles: 'cognito:groups' },
  header: {},
  accessToken: () => ({
    sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    device_key: 'aaaa',
    'cognito:groups': ['editor'],
    token_use: 'access',
    scope: 'aws.cognito.signin.user.admin',
    auth_time: Math.floor(Date.now() / 1000),
    version: 2,
    origin_jti: 'aaaa',
    jti: randomUUID(),
    client_id: '1example23456789',
    username: 'alice',
    event_id: 'e',
  }),
  principal: {
    subject: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    clientId: '1example23456789',
    roles: ['editor'],
    scope: ['aws.cognito.signin.user.admin'],
  },
  others: {
    'an ID token': [
      { token_use: 'id', aud: '1example23456789', client_id: undefined, scope: undefined, email: 'a@b' },
    ],
    'an ID token for the API': [{ token_use: 'id', aud: API }],
    'a token of a client nobody named': [{ client_id: 'another' }],
    'a token for another API': [{ aud: 'https://other.example' }],
  },
};

/** Providers that people use. */
export const providers: readonly Provider[] = [keycloak, auth0, auth0Profile, entra, entraV1, okta, cognito];
