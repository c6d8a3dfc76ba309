import type { Seed } from './seed.js';

/** Of an app on the user's machine, which names a port of its own (RFC 8252 §7.3). */
export const demoApp = {
  id: 'demo-app',
  scope: ['articles:read', 'articles:write'],
  redirectUri: 'http://127.0.0.1/callback',
} as const;

/** Two people and two clients to try the app with, when nothing else was asked for. Never used in production. */
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
    },
    {
      id: 'demo-machine',
      name: 'Demo machine',
      secret: 'demo-machine-secret',
      grants: ['client_credentials'],
      scope: ['articles:read', 'articles:write'],
      redirectUris: [],
      roles: ['editor'],
      firstParty: false,
    },
  ],
};
