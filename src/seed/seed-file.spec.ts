import { ConfigurationMistakes, Mistakes } from '../configuration/mistakes.js';
import { parseSeed } from './seed-file.js';
import type { Seed } from './seed.js';

const parse = (json: unknown): Seed => {
  const mistakes = new Mistakes();
  const seed = parseSeed(json, mistakes);
  mistakes.throwIfAny();
  return seed;
};

const mistakesIn = (json: unknown): readonly string[] => {
  try {
    parse(json);
  } catch (error) {
    if (error instanceof ConfigurationMistakes) return error.mistakes;
  }
  return [];
};

describe('parseSeed', () => {
  it('reads roles, users and clients', () => {
    const client = {
      id: 'spa',
      secret: 's3cret',
      grants: ['password'],
      scopes: ['articles:read'],
      redirectUris: ['https://app.example/cb'],
      roles: ['viewer'],
      firstParty: true,
    };
    const seed = parse({
      roles: { editor: { inherits: ['viewer'], grants: ['articles:write'] } },
      users: [{ username: 'ada', password: 'pw', roles: ['editor'] }],
      clients: [client],
    });
    expect(seed.roles.get('editor')).toEqual({ inherits: ['viewer'], grants: ['articles:write'] });
    expect(seed.users).toEqual([{ username: 'ada', password: 'pw', roles: ['editor'] }]);
    expect(seed.clients).toEqual([client]);
  });

  it('lets sections and lists be left out', () => {
    const seed = parse({ roles: { constructor: {} }, clients: [{ id: 'spa' }] });
    expect(seed.roles.get('constructor')).toEqual({ inherits: [], grants: [] });
    expect(seed.users).toEqual([]);
    expect(seed.clients[0]).toMatchObject({ secret: undefined, grants: [], firstParty: false });
  });

  it.each([
    [[], ['SEED_FILE: expected an object']],
    [{ users: {} }, ['SEED_FILE users: expected a list']],
    [{ roles: [] }, ['SEED_FILE roles: expected an object']],
    [{ roles: { a: { grants: 'x' } } }, ['SEED_FILE roles.a grants: expected a list of texts']],
    [
      { users: [{ username: 7, roles: [1] }] },
      [
        'SEED_FILE users[0] username: expected a text',
        'SEED_FILE users[0] password: expected a text',
        'SEED_FILE users[0] roles: expected a list of texts',
      ],
    ],
    [
      { clients: [{ id: 'a', firstParty: 'yes' }] },
      ['SEED_FILE clients[0] firstParty: expected true or false'],
    ],
    [
      { users: [{ username: 'client:a', password: 'pw' }] },
      ["SEED_FILE users: 'client:a' would be taken for a client: choose a name without 'client:'"],
    ],
    [{ clients: [{ id: 'a' }, { id: 'a' }] }, ["SEED_FILE clients: 'a' is there more than once"]],
  ])('names every mistake in %j', (json, mistakes) => {
    expect(mistakesIn(json)).toEqual(mistakes);
  });
});
