import { ApiKeyService, TokenBlacklistService, TokenService } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { startApp, type RunningApp } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';
import { startStandalone } from '../support/redis/index.js';
import type { IdentityProvider } from '../support/tokens/identity-provider.js';
import { legacyOptions, oldTokens } from '../legacy/old-tokens.js';
import { accessToken, send, startIssuer, startService, statusOf } from './logout-service.js';

const DAY_MS = 86_400_000;
const WITH_KEYS = { apiKeys: true, throttler: false } as const;

/** What a service answers to an API key. */
const statusOfKey = async ({ url }: RunningApp, key: string): Promise<number> =>
  (await new Client(url).send('GET', '/home', { headers: { authorization: `ApiKey ${key}` } })).status;

const principalOf = ({ app }: RunningApp, token: string) =>
  Promise.resolve(app.get(TokenService).verify(token));

describe.each(everywhere)(
  '[11-F] API keys beside the tokens of another issuer ($medium, $platform)',
  (on) => {
    let store: TestMedium;
    let idp: IdentityProvider;
    let service: RunningApp;
    let keys: ApiKeyService;

    beforeAll(async () => {
      store = await startMedium(on.medium);
      idp = await startIssuer();
      const { platform } = on;
      service = await startService(idp, {
        ...WITH_KEYS,
        platform,
        ...(store.redis !== undefined && { redis: store.redis }),
      });
      keys = service.app.get(ApiKeyService);
    });

    afterAll(async () => {
      await service.close();
      await store.stop();
    });

    it('are made for whoever has a token of the issuer, unless it was revoked', async () => {
      const creator = await principalOf(service, accessToken(idp, { sub: 'maker' }));
      const { key } = await keys.create({ subject: 'maker', name: 'CI', creator });
      expect(await statusOfKey(service, key)).toBe(200);
      await service.app.get(TokenBlacklistService).revokeToken(creator);
      await expect(keys.create({ subject: 'maker', name: 'CI', creator })).rejects.toMatchObject({
        code: 'invalid_token',
      });
      expect(await keys.list('maker')).toHaveLength(1);
    });

    it('outlive a logout at the issuer, and end with their owner', async () => {
      const blacklist = service.app.get(TokenBlacklistService);
      const { key } = await keys.create({ subject: 'owner', name: 'CI' });
      expect((await send(service.url, idp.logoutToken({ sub: 'owner' }))).status).toBe(200);
      await blacklist.expireAccessTokens('owner');
      expect(await statusOfKey(service, key)).toBe(200);
      await blacklist.revokeSubject('owner');
      expect(await statusOfKey(service, key)).toBe(401);
    });

    it('of every owner end with everything, and those that are made at once afterwards are good', async () => {
      const { key } = await keys.create({ subject: 'anybody', name: 'CI' });
      await service.app.get(TokenBlacklistService).revokeEverything();
      const { key: anew } = await keys.create({ subject: 'anybody', name: 'CI' });
      expect([await statusOfKey(service, key), await statusOfKey(service, anew)]).toEqual([401, 200]);
    });
  },
);

describe('[11-F] services that share a Redis and a key prefix', () => {
  let redis: Awaited<ReturnType<typeof startStandalone>>;
  let idp: IdentityProvider;
  const running: RunningApp[] = [];

  beforeAll(async () => {
    redis = await startStandalone();
    idp = await startIssuer();
  });

  afterAll(async () => {
    for (const each of running) await each.close();
    await redis.stop();
  });

  async function behindIssuer(options: Parameters<typeof startService>[1] = {}): Promise<RunningApp> {
    const service = await startService(idp, {
      ...WITH_KEYS,
      redis: { url: redis.url, deadline: '5s' },
      ...options,
    });
    running.push(service);
    return service;
  }

  it('make no API key for a creator who was revoked elsewhere, however old a local copy may be', async () => {
    const tokenBlacklist = { maxStaleness: '1h' } as const;
    const [here, there] = [await behindIssuer({ tokenBlacklist }), await behindIssuer({ tokenBlacklist })];
    const creator = await principalOf(here, accessToken(idp, { sub: 'gone' }));
    await there.app.get(TokenBlacklistService).revokeSession('kc-1');
    const made = here.app.get(ApiKeyService).create({ subject: 'gone', name: 'CI', creator });
    await expect(made).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it('[11-E] remember what was revoked of legacy tokens for as long as they may be shown', async () => {
    const { accessToken: verifier } = legacyOptions();
    const until = new Date(Date.now() + 60 * DAY_MS);
    const legacy = { until, ...(verifier !== undefined && { accessToken: verifier }) };
    const tokenBlacklist = { maxStaleness: '1s' } as const;
    const [here, there] = [
      await behindIssuer({ legacy, tokenBlacklist }),
      await behindIssuer({ legacy, tokenBlacklist, platform: 'fastify' }),
    ];
    const old = (sub: string): string => {
      const iat = Math.floor(Date.now() / 1000) - 100;
      return oldTokens.access(sub, { iat, exp: iat + 50 * 86_400, iss: 'https://old.example' });
    };
    const [mine, other, lone] = [old('eve'), old('bob'), old('zoe')];
    for (const text of [mine, other, lone]) expect(await statusOf(there.url, text)).toBe(200);
    expect((await send(here.url, idp.logoutToken({ sub: 'eve', sid: 'x' }))).status).toBe(200);
    await here.app.get(TokenService).revoke(await principalOf(here, lone));
    for (const [text, status] of [
      [mine, 401],
      [other, 200],
      [lone, 401],
    ] as const)
      expect(await statusOf(there.url, text)).toBe(status);
    const connection = await redis.connect();
    for (const pattern of ['*:issuer:*:sessionless:*', '*:issuer:*:token:*']) {
      const [name = ''] = await connection.keys(pattern);
      expect(await connection.pttl(name)).toBeGreaterThan(49 * DAY_MS);
    }
  });

  it('[10.3.3-57] know no API keys of each other where their subjects are those of different issuers', async () => {
    const theirs = await behindIssuer();
    const also = await behindIssuer({ issuer: `${idp.issuer}/another` });
    const ours = await startApp({ options: { ...WITH_KEYS, redis: { url: redis.url, deadline: '5s' } } });
    running.push(ours);
    const apps = [ours, theirs, also];
    const made = await Promise.all(
      apps.map(async ({ app }) => app.get(ApiKeyService).create({ subject: 'ada', name: 'CI' })),
    );
    for (const [at, { app }] of apps.entries()) {
      const known = await Promise.all(made.map(({ apiKey }) => app.get(ApiKeyService).get(apiKey.id)));
      expect(known).toEqual(made.map(({ apiKey }, of) => (of === at ? apiKey : undefined)));
      expect(await app.get(ApiKeyService).list('ada')).toEqual([made[at]!.apiKey]);
    }
    await theirs.app.get(TokenBlacklistService).revokeSubject('ada');
    await theirs.app.get(TokenBlacklistService).revokeEverything();
    const left = await Promise.all(apps.map(({ app }) => app.get(ApiKeyService).list('ada')));
    expect(left.map(({ length }) => length)).toEqual([1, 0, 1]);
  });
});
