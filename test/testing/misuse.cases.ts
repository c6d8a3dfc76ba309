import { actingAs, describeAccess, mintToken } from 'nestjs-gatehouse/testing';
import { closeAll, startAccessHost } from './access-host.js';
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

describe('an app that makes no tokens', () => {
  afterAll(closeAll);

  it('is told so, though its issuer is away', async () => {
    const app = await startAccessHost({
      options: { keys: { remote: { jwksUri: 'http://127.0.0.1:1/jwks' } } },
      extras: { endpoints: { auth: false, wellKnown: false } },
    });
    const why = 'the keys of this app verify only';
    await expect(describeAccess(app)).rejects.toThrow(`describeAccess(): ${why}`);
    await expect(actingAs(app, { subject: 'a' })).rejects.toThrow(`actingAs(): ${why}`);
  });

  it('is told so where those of another issuer look different', async () => {
    const app = await startAccessHost({
      options: { accessTokens: { foreign: { roles: '/realm_access/roles' } } },
      extras: { endpoints: { auth: false, wellKnown: false } },
    });
    const why = 'this app takes tokens of another issuer';
    await expect(describeAccess(app)).rejects.toThrow(`describeAccess(): ${why}`);
    await expect(actingAs(app, { subject: 'a' })).rejects.toThrow(`actingAs(): ${why}`);
  });
});
