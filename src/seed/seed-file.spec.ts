import { ConfigurationMistakes, Mistakes } from '../configuration/mistakes.js';
import { parseSeed } from './seed-file.js';
import type { Seed } from './seed.js';

const parse = (json: unknown, isProduction = false): Seed => {
  const mistakes = new Mistakes();
  const seed = parseSeed(json, mistakes, isProduction);
  mistakes.throwIfAny();
  return seed;
};

const mistakesIn = (json: unknown, isProduction = false): readonly string[] => {
  try {
    parse(json, isProduction);
  } catch (error) {
    if (error instanceof ConfigurationMistakes) return error.mistakes;
  }
  return [];
};

const machine = { id: 'machine', secret: 'a text', grants: ['client_credentials'] };

describe('parseSeed', () => {
  it('reads roles, users and clients', () => {
    const client = {
      id: 'web',
      name: 'Web shop',
      secret: 'a text',
      grants: ['authorization_code', 'refresh_token'],
      scope: ['articles:read'],
      redirectUris: ['https://shop.example/cb'],
      roles: ['viewer'],
      firstParty: true,
      exchangesTokensOf: [],
    };
    const seed = parse({
      roles: { editor: { inherits: ['viewer'], grants: ['articles:write'] } },
      users: [{ username: 'ada', password: 'pw', roles: ['editor'] }],
      clients: [client],
    });
    expect(seed.clients).toEqual([client]);
    expect(seed.roles.get('editor')).toEqual({ inherits: ['viewer'], grants: ['articles:write'] });
    expect(seed.users).toEqual([{ username: 'ada', password: 'pw', roles: ['editor'] }]);
  });

  it('lets sections and lists be left out, and passes over sections of others', () => {
    const seed = parse({ roles: { constructor: {} }, clients: [{ id: 'spa' }], pets: [] });
    expect(seed.clients[0]).toMatchObject({ name: 'spa', secret: undefined, grants: [], firstParty: false });
    expect(seed.roles.get('constructor')).toEqual({ inherits: [], grants: [] });
    expect(seed.users).toEqual([]);
  });

  it('takes the word of older files for the scope of a client', () => {
    const seed = parse({ clients: [{ ...machine, scopes: ['articles:read'] }] });
    expect(seed.clients[0]?.scope).toEqual(['articles:read']);
  });

  it('wants secrets of clients that nobody can guess in production', () => {
    expect(mistakesIn({ clients: [machine] }, true)).toEqual([
      'SEED_FILE clients[0] secret: expected at least 32 characters in production',
    ]);
    expect(mistakesIn({ clients: [{ ...machine, secret: 'x'.repeat(32) }] }, true)).toEqual([]);
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
      { users: [{ username: 'client:a', password: 'pw' }] },
      ["SEED_FILE users: 'client:a' would be taken for a client: choose a name without 'client:'"],
    ],
    [
      {
        users: [
          { username: 'a', password: 'pw' },
          { username: 'a', password: 'pw' },
        ],
      },
      ["SEED_FILE users: 'a' is there more than once"],
    ],
    [
      { clients: [{ firstParty: 'yes', secrte: 'x', redirectUris: ['http://a.example/'], scope: ['root'] }] },
      [
        'SEED_FILE clients[0] id: expected a text',
        'SEED_FILE clients[0] firstParty: expected true or false',
        expect.stringMatching(/^SEED_FILE clients\[0\] secrte: no such member/),
        expect.stringMatching(/^SEED_FILE clients\[0\] scope: no scope 'root'/),
        expect.stringMatching(/^SEED_FILE clients\[0\] redirectUris: 'http:\/\/a.example\/'/),
      ],
    ],
    [
      { clients: [{ ...machine, secret: 'schlüssel' }] },
      ['SEED_FILE clients[0] secret: expected printable ASCII (RFC 6749 appendix A.2)'],
    ],
    [{ clients: [machine, machine] }, ["SEED_FILE clients: 'machine' is there more than once"]],
  ])('names every mistake in %j', (json, mistakes) => {
    expect(mistakesIn(json)).toEqual(mistakes);
  });
});
