import { Controller, Get } from '@nestjs/common';
import { CurrentUser, type Principal, Roles, TokenBlacklistService } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { IdentityProvider } from '../support/tokens/identity-provider.js';
import { until } from '../support/until.js';
import { type Provider, providers } from './providers.js';

@Controller()
class NotesController {
  @Get('me')
  me(@CurrentUser() principal: Principal): Principal {
    return principal;
  }

  @Roles('editor')
  @Get('edit')
  edit(): string {
    return 'edited';
  }
}

const on = everywhere.filter(({ medium }) => medium === 'redis').map(({ platform }) => platform);

describe.each(providers)('[11-D] tokens in the shape of $name', (provider: Provider) => {
  let medium: TestMedium;
  let idp: IdentityProvider;
  let running: RunningApp;
  let strict: RunningApp;
  let client: Client;

  beforeAll(async () => {
    medium = await startMedium('redis');
    idp = await IdentityProvider.start(provider.path);
    running = await start(provider.foreign);
    strict = await start({});
    client = new Client(running.url);
  });

  afterAll(async () => {
    idp.stop();
    await Promise.all([running.close(), strict.close()]);
    await medium.stop();
  });

  function start(foreign: Provider['foreign']): Promise<RunningApp> {
    return startApp({
      platform: on[providers.indexOf(provider) % on.length]!,
      options: {
        issuer: idp.issuer,
        audience: provider.audience,
        keys: { remote: { jwksUri: idp.jwksUri } },
        // A token of the test is issued within the second of the revocation before it.
        accessTokens: { foreign, clockTolerance: 0 },
        throttler: false,
        rbac: { definition: { roles: { editor: { grants: ['notes:write'] } } } },
        ...(medium.redis !== undefined && { redis: medium.redis }),
      },
      extras: { endpoints: { auth: false, wellKnown: false } },
      controllers: [NotesController],
    });
  }

  const token = (changes: object = {}, header = provider.header): string =>
    idp.sign({ ...idp.times(), ...provider.accessToken(idp), ...changes }, header);

  it('are accepted when configured', async () => {
    expect(await client.get('/me', token())).toMatchObject({ status: 200, body: provider.principal });
    expect(await client.get('/edit', token())).toMatchObject({ status: 200, text: 'edited' });
  });

  it.each<[string, (blacklist: TokenBlacklistService, principal: Principal) => Promise<void>]>([
    ['subject', (blacklist, { subject }) => blacklist.revokeSubject(subject)],
    ['client', (blacklist, { clientId }) => blacklist.revokeClient(clientId)],
    ['everything', (blacklist) => blacklist.revokeEverything()],
    ['token', (blacklist, principal) => blacklist.revokeToken(principal)],
  ])('are revocable by %s; what is issued in a later second is accepted', async (_by, revoke) => {
    await until('no earlier revocation concerns it', async () => {
      const { status } = await client.get('/me', token());
      return status === 200;
    });
    const mine = token();
    const { body } = await client.get<Principal & Record<string, unknown>>('/me', mine);
    await revoke(running.app.get(TokenBlacklistService), body);
    expect(await client.get('/me', mine)).toMatchObject({ status: 401 });
    await until('the next second', async () => (await client.get('/me', token())).status === 200);
    expect(await client.get('/me', mine)).toMatchObject({ status: 401 });
  });

  it.each(Object.entries(provider.others))(
    'are refused when they are %s',
    async (_kind, [changes, header]) => {
      expect(await client.get('/me', token(changes, header ?? provider.header))).toMatchObject({
        status: 401,
      });
    },
  );

  it.each<[string, object]>([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for ever', { exp: Math.floor(Date.now() / 1000) + 10 * 365 * 86_400 }],
    ['of no known age', { iat: undefined }],
    ['longer than a token may be', { padding: 'x'.repeat(10_000) }],
  ])('are refused when they are %s', async (_what, changes) => {
    expect(await client.get('/me', token(changes))).toMatchObject({ status: 401 });
  });

  it('are refused where what is special about them is not configured', async () => {
    const special = provider.foreign.types !== undefined || provider.foreign.clientIds !== undefined;
    expect((await new Client(strict.url).get('/me', token())).status).toBe(special ? 401 : 200);
  });
});
