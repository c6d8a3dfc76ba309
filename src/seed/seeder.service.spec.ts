import type { AppSettings } from '../configuration/app-settings.js';
import { readEnvironment } from '../configuration/environment.js';
import { ClientsRepository } from '../clients/clients.repository.js';
import { Database } from '../database/database.js';
import { PasswordHasher } from '../users/password-hasher.js';
import { UsersRepository } from '../users/users.repository.js';
import type { Seed } from './seed.js';
import { Seeder } from './seeder.service.js';

const hasher = new PasswordHasher();
const ada = { username: 'ada', password: 'old-pw', roles: ['editor'] };
const spa = {
  id: 'spa',
  secret: 's3cret',
  grants: ['password'],
  scopes: [],
  redirectUris: [],
  roles: [],
  firstParty: true,
};
const seedOf = (seed: Partial<Seed>): Seed => ({ roles: new Map(), users: [], clients: [], ...seed });

describe('Seeder', () => {
  let database: Database;
  let users: UsersRepository;
  let clients: ClientsRepository;

  beforeEach(async () => {
    database = await Database.open(':memory:');
    users = new UsersRepository(database);
    clients = new ClientsRepository(database);
  });
  afterEach(() => database.onApplicationShutdown());

  const load = async (changes: Partial<AppSettings>): Promise<void> => {
    await new Seeder(Object.assign(readEnvironment({}), changes), users, clients, hasher).onModuleInit();
  };

  it('stores hashes, never passwords or secrets', async () => {
    await load({ seed: seedOf({ users: [ada], clients: [spa] }) });
    const stored = JSON.stringify([await users.list(), await clients.find('spa')]);
    expect(stored).not.toMatch(/old-pw|s3cret/);
    expect(await hasher.verify((await users.find('ada'))?.passwordHash, 'old-pw')).toBe(true);
    expect(await hasher.verify((await clients.find('spa'))?.secretHash ?? undefined, 's3cret')).toBe(true);
  });

  it('changes nothing the second time', async () => {
    const seed = seedOf({ users: [ada], clients: [spa, { ...spa, id: 'public', secret: undefined }] });
    const everything = async () => [
      await users.list(),
      await clients.find('spa'),
      await clients.find('public'),
    ];
    await load({ seed });
    const before = await everything();
    await load({ seed });
    expect(await everything()).toEqual(before);
  });

  it('keeps a password that the user has changed and a user that was disabled', async () => {
    await load({ seed: seedOf({ users: [ada] }) });
    await users.change('ada', { passwordHash: await hasher.hash('own'), disabledAt: new Date(0) });
    await load({ seed: seedOf({ users: [{ ...ada, roles: ['viewer'] }] }) });
    const stored = await users.find('ada');
    expect(await hasher.verify(stored?.passwordHash, 'own')).toBe(true);
    expect(stored).toMatchObject({ roles: ['viewer'], disabledAt: new Date(0) });
  });

  it('sets a password that was edited in the file', async () => {
    await load({ seed: seedOf({ users: [ada] }) });
    await load({ seed: seedOf({ users: [{ ...ada, password: 'second' }] }) });
    expect(await hasher.verify((await users.find('ada'))?.passwordHash, 'second')).toBe(true);
  });

  it('makes a demo user and an admin without a seed file, but never in production', async () => {
    await load({ production: true });
    expect(await users.list()).toEqual([]);
    await load({ production: false });
    expect((await users.list()).map(({ username }) => username)).toEqual(['admin', 'demo']);
  });
});
