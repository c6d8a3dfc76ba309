import {
  acting,
  assembleApiKeys as assemble,
  WANTED,
} from '../../../../test/support/api-keys/assembled-api-keys.js';
import type { ApiKeysOptions } from './api-keys.settings.js';

const DAY_MS = 86_400_000;

describe('[11-F] ApiKeyService', () => {
  it('creates a key, shows it once, and tells of it by its id', async () => {
    const { service, store, told } = assemble();
    const { key, apiKey } = await service.create({ ...WANTED, roles: ['reader', 'reader'], scope: ['read'] });
    expect(key.startsWith(`gh_live_${apiKey.id}_`)).toBe(true);
    expect(apiKey).toMatchObject({ ...WANTED, roles: ['reader'], scope: ['read'], expiresAt: undefined });
    expect(await service.list('ada')).toEqual([apiKey]);
    expect(await service.get(apiKey.id)).toEqual(apiKey);
    const shown = JSON.stringify([apiKey, await service.list('ada'), await store.find(apiKey.id), told]);
    expect(shown).not.toContain(key.split('_').at(-1)!.slice(0, 20));
    expect(told).toMatchObject([['api-key.created', { keyId: apiKey.id, subject: 'ada' }]]);
  });

  it.each<[string, string, unknown]>([
    ['TypeError', 'subject', undefined],
    ['TypeError', 'subject', ''],
    ['TypeError', 'subject', 'client:ci'],
    ['TypeError', 'subject', 'ada\ud800'],
    ['TypeError', 'roles', 'admin'],
    ['TypeError', 'roles', ['']],
    ['TypeError', 'scope', 'read write'],
    ['TypeError', 'scope', ['a b']],
    ['TypeError', 'name', undefined],
    ['TypeError', 'name', ''],
    ['TypeError', 'name', 7],
    ['RangeError', 'name', 'x'.repeat(101)],
    ['RangeError', 'name', 'a\nb'],
    ['TypeError', 'clientId', ''],
    ['TypeError', 'clientId', 'web\udc00'],
    ['TypeError', 'claims', 'tenant'],
    ['TypeError', 'claims', { since: new Date() }],
    ['TypeError', 'claims', { sub: 'root' }],
    ['TypeError', 'claims', { roles: ['admin'] }],
    ['TypeError', 'claims', { constructor: 1 }],
    ['TypeError', 'claims', { text: 'x'.repeat(5000) }],
    ['RangeError', 'ttl', 0],
    ['RangeError', 'ttl', -1],
    ['RangeError', 'ttl', 'soon'],
    ['RangeError', 'ttl', 90],
    ['RangeError', 'ttl', '91d'],
    ['RangeError', 'ttl', 'never'],
    ['RangeError', 'rateLimit.limit', { limit: 0, ttl: '1m' }],
    ['RangeError', 'rateLimit.limit', { limit: 1.5, ttl: '1m' }],
    ['RangeError', 'rateLimit.limit', 'ten a minute'],
    ['RangeError', 'rateLimit.ttl', { limit: 1 }],
    ['RangeError', 'rateLimit.ttl', { limit: 1, ttl: 0 }],
    ['RangeError', 'rateLimit.ttl', { limit: 1, ttl: Number.MAX_SAFE_INTEGER }],
  ])('throws a %s that names %s when it is %j, and adds nothing', async (name, member, value) => {
    const { service, told } = assemble({ maxTtl: '90d' });
    const request = { ...WANTED, [member.split('.')[0]!]: value };
    await expect(service.create(request)).rejects.toThrow(
      expect.objectContaining({
        name,
        message: expect.stringContaining(`ApiKeyService.create(): \`${member}\``),
      }),
    );
    expect([await service.list('ada'), told]).toEqual([[], []]);
  });

  it.each<number | '36526d'>([Number.MAX_SAFE_INTEGER, '36526d'])(
    'takes the ttl %j, longer than 100 years, for a mistake; what has no end says so',
    async (ttl) => {
      const { service } = assemble();
      const message = expect.stringContaining(
        'ApiKeyService.create(): `ttl`: expected between 1ms and 36525d',
      );
      await expect(service.create({ ...WANTED, ttl })).rejects.toThrow(
        expect.objectContaining({ name: 'RangeError', message }),
      );
      expect(await service.list('ada')).toEqual([]);
      await service.create({ ...WANTED, ttl: '36525d' });
    },
  );

  it.each([undefined, null, 'ada', []])('takes %j for no key', async (given) => {
    await expect(assemble().service.create(given as never)).rejects.toThrow(TypeError);
  });

  it('takes null for none', async () => {
    const nothing = { clientId: null, roles: null, scope: null, claims: null, ttl: null, rateLimit: null };
    const { apiKey } = await assemble().service.create({ ...WANTED, ...nothing } as never);
    expect(apiKey).toMatchObject({
      clientId: undefined,
      roles: [],
      scope: undefined,
      claims: {},
      rateLimit: undefined,
    });
  });

  it.each<[ApiKeysOptions, string | undefined, number | undefined]>([
    [{}, undefined, undefined],
    [{}, 'never', undefined],
    [{}, '1d', DAY_MS],
    [{ defaultTtl: '2d' }, undefined, 2 * DAY_MS],
    [{ defaultTtl: '2d' }, 'never', undefined],
    [{ maxTtl: '3d' }, undefined, 3 * DAY_MS],
    [{ defaultTtl: '2d', maxTtl: '3d' }, '3d', 3 * DAY_MS],
  ])('under %j a key with the ttl %j lives for %j ms', async (options, ttl, lifetimeMs) => {
    const { apiKey } = await assemble(options).service.create({ ...WANTED, ttl: ttl as '1d' });
    expect(apiKey.expiresAt).toBe(lifetimeMs === undefined ? undefined : apiKey.createdAt + lifetimeMs);
  });

  it('refuses the one key too many', async () => {
    const { service, told } = assemble({ maxPerSubject: 1 });
    const { apiKey } = await service.create(WANTED);
    await expect(service.create(WANTED)).rejects.toMatchObject({ code: 'api_key_limit_reached' });
    await service.create({ ...WANTED, subject: 'bob' });
    await service.revoke(apiKey.id);
    await service.create(WANTED);
    expect(told).toHaveLength(4);
  });

  it("ends a key, and only its owner's where one is named", async () => {
    const { service, told } = assemble();
    const { apiKey } = await service.create(WANTED);
    expect(await service.revoke(apiKey.id, { subject: 'bob' })).toBe(false);
    expect(await service.get(apiKey.id)).toEqual(apiKey);
    expect(await service.revoke(apiKey.id, { subject: 'ada' })).toBe(true);
    expect([await service.get(apiKey.id), await service.revoke(apiKey.id)]).toEqual([undefined, false]);
    expect(told.slice(1)).toMatchObject([['api-key.revoked', { keyId: apiKey.id, subject: 'ada' }]]);
  });

  it.each(['', 'x', '__proto__', 'z'.repeat(38)])('finds nothing under the id %j', async (id) => {
    const { service } = assemble();
    expect([
      await service.get(id),
      await service.revoke(id),
      await service.revoke(id, { subject: 'ada' }),
    ]).toEqual([undefined, false, false]);
  });

  it('does nothing unless there are API keys', async () => {
    const { service, blacklist } = assemble(false);
    for (const ask of [
      () => service.create(WANTED),
      () => service.list('ada'),
      () => service.get('x'),
      () => service.revoke('x'),
      () => service.revokeAll('ada'),
    ])
      await expect(ask()).rejects.toThrow('apiKeys');
    await blacklist.revokeSubject('ada');
  });

  it('takes what a store of the host throws for an outage', async () => {
    const { service } = assemble(
      true,
      acting(async () => {
        throw new TypeError('pool is closed');
      }),
    );
    for (const ask of [
      () => service.create(WANTED),
      () => service.list('ada'),
      () => service.revokeAll('ada'),
    ])
      await expect(ask()).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
