import { readFileSync } from 'node:fs';
import { mistakesOf } from '../clients/client-registration.js';
import type { Mistakes } from '../configuration/mistakes.js';
import { JsonReader } from './json-reader.js';
import type { Seed, SeedClient, SeedRole, SeedUser } from './seed.js';

// A fast hash is all that protects the secret of a client: only what can't be guessed is safe under it.
const SHORTEST_SECRET = 32;

/** Reads `SEED_FILE`; every mistake is noted with its place in the file. */
export function readSeedFile(path: string, mistakes: Mistakes, isProduction: boolean): Seed | undefined {
  try {
    return parseSeed(JSON.parse(readFileSync(path, 'utf8')), mistakes, isProduction);
  } catch (error) {
    mistakes.add('SEED_FILE', `can't read ${path}: ${(error as Error).message}`);
    return undefined;
  }
}

/** The seed in parsed JSON. All sections may be left out, and others are none of its business. */
export function parseSeed(json: unknown, mistakes: Mistakes, isProduction = false): Seed {
  const shortestSecret = isProduction ? SHORTEST_SECRET : 1;
  const file = new JsonReader(json, 'SEED_FILE', mistakes);
  const seed = {
    roles: new Map(file.entries('roles').map(([name, role]) => [name, parseRole(role)])),
    users: file.list('users').map(parseUser),
    clients: file.list('clients').map((client) => parseClient(client, shortestSecret)),
  };
  for (const { username } of seed.users.filter((user) => user.username.startsWith('client:'))) {
    mistakes.add(
      'SEED_FILE users',
      `'${username}' would be taken for a client: choose a name without 'client:'`,
    );
  }
  refuseTwins(
    'users',
    seed.users.map(({ username }) => username),
    mistakes,
  );
  refuseTwins(
    'clients',
    seed.clients.map(({ id }) => id),
    mistakes,
  );
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

function parseClient(json: JsonReader, shortestSecret: number): SeedClient {
  const id = json.text('id');
  const client = {
    id,
    name: json.optionalText('name') ?? id,
    secret: json.optionalText('secret'),
    grants: json.texts('grants'),
    // `scopes` is the word of older seed files.
    scope: json.texts(json.has('scopes') ? 'scopes' : 'scope'),
    redirectUris: json.texts('redirectUris'),
    roles: json.texts('roles'),
    firstParty: json.flag('firstParty'),
    exchangesTokensOf: json.texts('exchangesTokensOf'),
  };
  // Without its secret a client is public: a slip of the pen mustn't make it one.
  json.refuseOthers([...Object.keys(client), 'scopes']);
  if (!/^[\x20-\x7e]*$/.test(client.secret ?? ''))
    json.wrong('secret', 'expected printable ASCII (RFC 6749 appendix A.2)');
  if ((client.secret?.length ?? Infinity) < shortestSecret)
    json.wrong('secret', `expected at least ${shortestSecret} characters in production`);
  for (const [member, message] of mistakesOf(client, client.secret !== undefined))
    json.wrong(member, message);
  return client;
}

function refuseTwins(section: string, names: readonly string[], mistakes: Mistakes): void {
  const twins = names.filter((name, index) => names.indexOf(name) !== index);
  for (const name of new Set(twins))
    mistakes.add(`SEED_FILE ${section}`, `'${name}' is there more than once`);
}
