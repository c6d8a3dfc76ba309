import {
  acting,
  assembleApiKeys as assemble,
  WANTED,
} from '../../../../test/support/api-keys/assembled-api-keys.js';
import { principalOfAnswer } from '../authentication/schemes/verified-credential.js';
import { storeUnavailable } from '../kernel/auth-error.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

describe('[11-F] an API key', () => {
  it('ends with its owner, its client, everybody, and as a token: for good', async () => {
    const { service, blacklist, clock } = assemble();
    const endings: readonly ((id: string) => Promise<unknown>)[] = [
      () => service.revokeAll('ada'),
      () => blacklist.revokeSubject('ada'),
      () => blacklist.revokeClient('ci'),
      () => blacklist.revokeEverything(),
      (tokenId) => blacklist.revokeToken({ tokenId, subject: 'ada', expiresAt: 8.64e15 }),
    ];
    for (const end of endings) {
      const { apiKey } = await service.create({ ...WANTED, clientId: 'ci' });
      const { apiKey: other } = await service.create({ subject: 'bob', name: 'other' });
      await end(apiKey.id);
      clock.advance(400 * DAY_MS);
      expect(await service.get(apiKey.id)).toBeUndefined();
      expect((await service.get(other.id)) === undefined).toBe(end === endings[3]);
    }
  });

  it('stays when its owner is logged out, and when another token is revoked', async () => {
    const { service, blacklist } = assemble();
    const { apiKey } = await service.create(WANTED);
    await blacklist.revokeSessionsOf('ada');
    await blacklist.revokeToken({ tokenId: apiKey.id, subject: 'bob', expiresAt: Date.UTC(2027, 1) });
    await blacklist.revokeToken({ tokenId: 'x', subject: 'ada', expiresAt: Date.UTC(2027, 1) });
    expect(await service.get(apiKey.id)).toEqual(apiKey);
  });

  it.each(['revokeSubject', 'revokeClient', 'revokeEverything'] as const)(
    '%s ends the tokens and throws while the store of keys is away; repeated, it ends the keys',
    async (verb) => {
      let isAway = false;
      const { service, blacklist, principal } = assemble(
        true,
        acting(async () => {
          if (isAway) throw new Error('connection refused');
        }),
      );
      const { apiKey } = await service.create({ ...WANTED, clientId: 'web' });
      const token = await principal();
      isAway = true;
      const revoke = (): Promise<void> => blacklist[verb](verb === 'revokeClient' ? 'web' : 'ada');
      await expect(revoke()).rejects.toMatchObject({ code: 'store_unavailable' });
      expect(await blacklist.isRevoked(token)).toBe(true);
      isAway = false;
      expect(await service.get(apiKey.id)).toBeDefined();
      await revoke();
      expect(await service.get(apiKey.id)).toBeUndefined();
    },
  );

  it('creates nothing for a creator who is revoked meanwhile, at whatever moment', async () => {
    for (const moment of ['before', 'after'] as const) {
      let revoke = async (): Promise<void> => {};
      const { service, blacklist, principal, told } = assemble(true, (memory) => {
        const { add } = memory;
        memory.add = async (...given) => {
          if (moment === 'before') await revoke();
          const verdict = await add.apply(memory, given);
          if (moment === 'after') await revoke();
          return verdict;
        };
        return memory;
      });
      const creator = await principal();
      revoke = () => blacklist.revokeSubject('ada');
      await expect(service.create({ ...WANTED, creator })).rejects.toMatchObject({ code: 'invalid_token' });
      expect([await service.list('ada'), told.filter(([event]) => event === 'api-key.created')]).toEqual([
        [],
        [],
      ]);
      revoke = async () => {};
      const { apiKey } = await service.create({ ...WANTED, creator: await principal() });
      expect(await service.list('ada')).toEqual([apiKey]);
    }
  });

  it('creates none for a caller of a host scheme who was verified longer ago than revocations are marked', async () => {
    const { service, clock } = assemble();
    const answer = { subject: 'ada', tokenId: 'badge' };
    const creator = principalOfAnswer(answer, 'Badge', clock.now(), clock.elapsed());
    clock.advance(15 * MINUTE_MS);
    const { apiKey } = await service.create({ ...WANTED, creator });
    clock.advance(MINUTE_MS);
    await expect(service.create({ ...WANTED, creator })).rejects.toMatchObject({ code: 'invalid_token' });
    expect(await service.list('ada')).toEqual([apiKey]);
  });

  it('leaves no key when nobody can say whether its creator was revoked', async () => {
    const { service, blacklist, principal } = assemble();
    const creator = await principal();
    blacklist.isRevokedInStore = async () => {
      throw storeUnavailable('away');
    };
    await expect(service.create({ ...WANTED, creator })).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await service.list('ada')).toEqual([]);
  });

  it('lets a key create one, unless that key was revoked', async () => {
    const { service, principal } = assemble();
    const first = (await service.create(WANTED)).apiKey;
    const creator = { ...(await principal()), tokenId: first.id, epoch: undefined };
    await service.create({ ...WANTED, creator });
    await service.revoke(first.id);
    await expect(service.create({ ...WANTED, creator })).rejects.toMatchObject({ code: 'invalid_token' });
    expect(await service.list('ada')).toHaveLength(1);
  });
});
