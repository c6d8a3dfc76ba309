import { mintToken } from 'nestjs-gatehouse/testing';
import { type KitHost, startHost } from './kit-host.js';

describe('a token that no login could have', () => {
  let host: KitHost;

  beforeAll(async () => {
    host = await startHost('express', 'forRoot');
  });
  afterAll(() => host.app.close());

  it.each([
    [{ subject: 'a', roles: 'editor' }, 'roles must be a list of names'],
    [{ subject: 'a', authTime: 5 }, 'authTime must be a Date'],
    [{ subject: 'a', session: 'no' }, 'session must be true or false'],
    [{ subject: 'a', expired: 'yes' }, 'expired must be true or false'],
    [{ subject: 'client:' }, 'a machine is client:<id>'],
    [{ subject: 'client:ci', client: 'web' }, 'the client of the machine client:ci is its own'],
  ])('is not made of %j', async (wrong, why) => {
    await expect(mintToken(host.app, wrong as never)).rejects.toThrow(why);
    await expect(mintToken(host.app, wrong as never)).rejects.toThrow(TypeError);
  });
});
