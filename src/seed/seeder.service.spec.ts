import { createClientSecret } from 'nestjs-gatehouse';
import { ClientsRepository } from '../clients/clients.repository.js';
import type { AppSettings } from '../configuration/app-settings.js';
import { readEnvironment } from '../configuration/environment.js';
import { Database } from '../database/database.js';
import { PasswordHasher } from '../users/password-hasher.js';
import { UsersRepository } from '../users/users.repository.js';
import type { Seed } from './seed.js';
import { Seeder } from './seeder.service.js';

const hasher = new PasswordHasher();
const ada = { username: 'ada', password: 'old-pw', roles: ['editor'] };
const machine = {
  id: 'machine',
  name: 'Machine',
  secret: 'old-secret',
  grants: ['client_credentials'],
  scope: ['articles:read'],
  redirectUris: [],
  roles: ['editor'],
  firstParty: false,
  exchangesTokensOf: [],
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

  it('stores hashes, never passwords', async () => {
    await load({ seed: seedOf({ users: [ada], clients: [machine] }) });
    const stored = JSON.stringify([await users.list(), await clients.list()]);
    expect(stored).not.toMatch(/old-pw|old-secret/);
    expect(await hasher.verify((await users.find('ada'))?.passwordHash, 'old-pw')).toBe(true);
  });

  it('changes nothing the second time', async () => {
    const seed = seedOf({ users: [ada], clients: [machine] });
    await load({ seed });
    const before = [await users.list(), await clients.list()];
    await load({ seed });
    expect([await users.list(), await clients.list()]).toEqual(before);
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

  it('keeps secrets of a client that were replaced and a client that was disabled; its facts follow the file', async () => {
    await load({ seed: seedOf({ clients: [machine] }) });
    const own = createClientSecret().hash;
    await clients.change('machine', { secretHashes: [own], disabledAt: new Date(0) });
    await load({ seed: seedOf({ clients: [{ ...machine, roles: ['viewer'] }] }) });
    expect(await clients.find('machine')).toMatchObject({
      secretHashes: [own],
      disabledAt: new Date(0),
      roles: ['viewer'],
    });
  });

  it.each(['second', undefined])(
    'sets the secret of a client that was edited in the file to %s',
    async (secret) => {
      await load({ seed: seedOf({ clients: [machine] }) });
      await load({ seed: seedOf({ clients: [{ ...machine, secret }] }) });
      const hashes = secret === undefined ? [] : [createClientSecret(secret).hash];
      expect((await clients.find('machine'))?.secretHashes).toEqual(hashes);
    },
  );

  it('makes demo users and clients without a seed file, but never in production', async () => {
    await load({ production: true });
    expect([...(await users.list()), ...(await clients.list())]).toEqual([]);
    await load({ production: false });
    expect((await users.list()).map(({ username }) => username)).toEqual(['admin', 'demo']);
    expect((await clients.list()).map(({ id }) => id)).toEqual(['demo-app', 'demo-machine', 'demo-tv']);
  });
});
