import { readFileSync } from 'node:fs';
import type { Mistakes } from '../configuration/mistakes.js';
import { JsonReader } from './json-reader.js';
import type { Seed, SeedClient, SeedRole, SeedUser } from './seed.js';

/** Reads `SEED_FILE`; every mistake is noted with its place in the file. */
export function readSeedFile(path: string, mistakes: Mistakes): Seed | undefined {
  try {
    return parseSeed(JSON.parse(readFileSync(path, 'utf8')), mistakes);
  } catch (error) {
    mistakes.add('SEED_FILE', `can't read ${path}: ${(error as Error).message}`);
    return undefined;
  }
}

/** The seed in parsed JSON. All three sections may be left out. */
export function parseSeed(json: unknown, mistakes: Mistakes): Seed {
  const file = new JsonReader(json, 'SEED_FILE', mistakes);
  const seed = {
    roles: new Map(file.entries('roles').map(([name, role]) => [name, parseRole(role)])),
    users: file.list('users').map(parseUser),
    clients: file.list('clients').map(parseClient),
  };
  for (const { username } of seed.users.filter((user) => user.username.startsWith('client:'))) {
    mistakes.add(
      'SEED_FILE users',
      `'${username}' would be taken for a client: choose a name without 'client:'`,
    );
  }
  refuseTwins(seed.users, (user) => user.username, 'users', mistakes);
  refuseTwins(seed.clients, (client) => client.id, 'clients', mistakes);
  return seed;
}

const parseRole = (role: JsonReader): SeedRole => ({
  inherits: role.texts('inherits'),
  grants: role.texts('grants'),
});

const parseUser = (user: JsonReader): SeedUser => ({
  username: user.text('username'),
  password: user.text('password'),
  roles: user.texts('roles'),
});

const parseClient = (client: JsonReader): SeedClient => ({
  id: client.text('id'),
  secret: client.optionalText('secret'),
  grants: client.texts('grants'),
  scopes: client.texts('scopes'),
  redirectUris: client.texts('redirectUris'),
  roles: client.texts('roles'),
  firstParty: client.flag('firstParty'),
});

function refuseTwins<T>(
  entries: readonly T[],
  nameOf: (entry: T) => string,
  section: string,
  mistakes: Mistakes,
) {
  const names = entries.map(nameOf);
  const twins = names.filter((name, index) => names.indexOf(name) !== index);
  for (const name of new Set(twins))
    mistakes.add(`SEED_FILE ${section}`, `'${name}' is there more than once`);
}
