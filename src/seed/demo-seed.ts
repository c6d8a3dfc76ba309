import type { Seed } from './seed.js';

/** Two people to try the app with, when nothing else was asked for. Never used in production. */
export const demoSeed: Seed = {
  roles: new Map(),
  users: [
    { username: 'demo', password: 'demo-password', roles: ['editor'] },
    { username: 'admin', password: 'admin-password', roles: ['admin'] },
  ],
  clients: [],
};
