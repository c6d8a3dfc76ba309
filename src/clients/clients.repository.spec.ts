import { Database } from '../database/database.js';
import { AppClientRegistry } from './app-client.registry.js';
import { ClientsRepository } from './clients.repository.js';

const web = {
  id: 'web',
  name: 'Web',
  secretHashes: ['first'],
  grants: ['authorization_code'],
  scope: ['articles:read'],
  redirectUris: ['https://web.example/cb'],
  roles: [],
  firstParty: true,
};

describe('ClientsRepository', () => {
  let database: Database;
  let clients: ClientsRepository;

  beforeEach(async () => {
    database = await Database.open(':memory:');
    clients = new ClientsRepository(database);
    await clients.add(web);
  });
  afterEach(() => database.onApplicationShutdown());

  const hashes = async () => (await clients.find('web'))?.secretHashes;

  it('adds a client once, and leaves the one that is there', async () => {
    expect(await clients.add({ ...web, name: 'Other' })).toBe(false);
    expect(await clients.list()).toMatchObject([web]);
  });

  it('of two secrets made at once keeps one, and the old one', async () => {
    const made = await Promise.all(['a', 'b'].map((hash) => clients.addSecretHash('web', hash)));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await hashes()).toEqual([made[0] ? 'a' : 'b', 'first']);
  });

  it('removes the old secret and never the only one', async () => {
    await clients.addSecretHash('web', 'second');
    for (let time = 1; time <= 2; time += 1) {
      await clients.keepNewestSecretHash('web');
      expect(await hashes()).toEqual(['second']);
    }
  });

  it('gives no secret to a public client, and none to nobody', async () => {
    await clients.add({ ...web, id: 'spa', secretHashes: [] });
    for (const id of ['spa', 'nobody']) expect(await clients.addSecretHash(id, 'x')).toBe(false);
    await clients.keepNewestSecretHash('spa');
    expect((await clients.find('spa'))?.secretHashes).toEqual([]);
  });

  it('tells Gatehouse of clients that are not disabled', async () => {
    const registry = new AppClientRegistry(clients);
    const { firstParty: isFirstParty, ...facts } = web;
    expect(await registry.find('web')).toEqual({
      ...facts,
      isFirstParty,
      tokenExchange: { subjectTokensOf: [] },
    });
    await clients.change('web', { disabledAt: new Date() });
    for (const id of ['web', 'WEB', 'nobody']) expect(await registry.find(id)).toBeUndefined();
  });
});
