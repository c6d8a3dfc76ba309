import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchDirectory } from '../sample-app.js';

export const PASSWORD = 'password-of-everybody';

const named = (username: string, role: string, password = PASSWORD) => ({
  username,
  password,
  roles: [role],
});

/** Users for each suite of the API: what one does to its users changes nothing for another. */
const seed = {
  roles: { reviewer: { inherits: ['viewer'], grants: ['articles:update'] } },
  users: [
    named('demo', 'editor', 'demo-password'),
    named('admin', 'admin', 'admin-password'),
    ...['viewer', 'editor', 'admin', 'reviewer'].map((role) => named(`${role}-user`, role)),
    ...Array.from({ length: 8 }, (_, at) => named(`user-${at + 1}`, 'editor')),
  ],
};

export function seedFile(): string {
  const path = join(scratchDirectory(), 'seed.json');
  writeFileSync(path, JSON.stringify(seed));
  return path;
}
