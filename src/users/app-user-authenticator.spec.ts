import { Database } from '../database/database.js';
import { AppUserAuthenticator } from './app-user-authenticator.js';
import { PasswordHasher } from './password-hasher.js';
import { UsersRepository } from './users.repository.js';

describe('AppUserAuthenticator', () => {
  let database: Database;
  let authenticator: AppUserAuthenticator;

  beforeAll(async () => {
    database = await Database.open(':memory:');
    const [users, hasher] = [new UsersRepository(database), new PasswordHasher()];
    const passwordHash = await hasher.hash('pw');
    await users.add({ username: 'ada', passwordHash, roles: ['editor'] });
    await users.add({ username: 'eve', passwordHash, roles: ['admin'], disabledAt: new Date() });
    authenticator = new AppUserAuthenticator(users, hasher);
  });
  afterAll(() => database.onApplicationShutdown());

  it('knows a user by name and password', async () => {
    expect(await authenticator.authenticate('ada', 'pw')).toEqual({ subject: 'ada', roles: ['editor'] });
  });

  it('knows what a user may by now, and disowns one who is disabled or gone', async () => {
    expect(await authenticator.reload('ada')).toEqual({ subject: 'ada', roles: ['editor'] });
    for (const username of ['eve', 'nobody']) expect(await authenticator.reload(username)).toBeUndefined();
  });

  it.each([
    ['a wrong password', 'ada', 'PW'],
    ['an unknown user', 'nobody', 'pw'],
    ['another spelling of the name', 'Ada', 'pw'],
    ['a disabled user', 'eve', 'pw'],
  ])('does not know %s', async (_what, username, password) => {
    expect(await authenticator.authenticate(username, password)).toBeUndefined();
  });
});
