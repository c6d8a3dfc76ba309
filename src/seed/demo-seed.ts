import type { Seed } from './seed.js';

/** Of an app on the user's machine, which names a port of its own (RFC 8252 §7.3). */
export const demoApp = {
  id: 'demo-app',
  scope: ['articles:read', 'articles:write'],
  redirectUri: 'http://127.0.0.1/callback',
} as const;

/** A device without a browser, such as a television or a command line (RFC 8628). */
export const demoDevice = {
  id: 'demo-tv',
  grant: 'urn:ietf:params:oauth:grant-type:device_code',
} as const;

/** Two people and three clients to try the app with, when nothing else was asked for. Never used in production. */
export const demoSeed: Seed = {
  roles: new Map(),
  users: [
    { username: 'demo', password: 'demo-password', roles: ['editor'] },
    { username: 'admin', password: 'admin-password', roles: ['admin'] },
  ],
  clients: [
    {
      id: demoApp.id,
      name: 'Demo app',
      secret: undefined,
      grants: ['authorization_code', 'refresh_token'],
      scope: demoApp.scope,
      redirectUris: [demoApp.redirectUri],
      roles: [],
      firstParty: false,
      exchangesTokensOf: [],
    },
    {
      id: demoDevice.id,
      name: 'Demo television',
      secret: undefined,
      grants: [demoDevice.grant, 'refresh_token'],
      scope: ['articles:read'],
      redirectUris: [],
      roles: [],
      firstParty: false,
      exchangesTokensOf: [],
    },
    {
      id: 'demo-machine',
      name: 'Demo machine',
      secret: 'demo-machine-secret',
      // It may also act for users, with the tokens of the two above.
      grants: ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
      scope: ['articles:read', 'articles:write'],
      redirectUris: [],
      roles: ['editor'],
      firstParty: false,
      exchangesTokensOf: [demoApp.id, demoDevice.id],
    },
  ],
};
