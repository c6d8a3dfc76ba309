import type { Seed } from './seed.js';

/** Two people and two clients to try the app with, when nothing else was asked for. Never used in production. */
export const demoSeed: Seed = {
  roles: new Map(),
  users: [
    { username: 'demo', password: 'demo-password', roles: ['editor'] },
    { username: 'admin', password: 'admin-password', roles: ['admin'] },
  ],
  clients: [
    {
      id: 'demo-app',
      name: 'Demo app',
      secret: undefined,
      grants: ['authorization_code', 'refresh_token'],
      scope: ['articles:read', 'articles:write'],
      redirectUris: ['http://127.0.0.1/callback'],
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
