import { foreignMedia, type ForeignService } from '../../../../../test/support/sessions/foreign-media.js';
import type { RevocableToken } from '../token-blacklist.store.js';
import { foreignTokenBlacklistContract } from './foreign-token-blacklist.contract.js';

const DAY_MS = 86_400_000;
// Longer than any call to a store may be on its way.
const MINUTE_MS = 60_000;

describe.each(foreignMedia)('[11-D] the blacklist of tokens of another issuer on $name', ({ start }) => {
  let medium: { service(legacyMs?: number): Promise<ForeignService>; stop(): Promise<void> };

  beforeAll(async () => {
    medium = await start();
  }, 120_000);

  afterAll(() => medium.stop());

  it.each(foreignTokenBlacklistContract)('$name', async ({ run }) => run(await medium.service()));

  it('[11-F] refuses a credential asked about by its age for what was revoked since, and for nothing before', async () => {
    const { blacklist, clock, pass } = await medium.service();
    const issuedAt = clock.now() - 30 * DAY_MS;
    const credential = (subject: string): RevocableToken => {
      const none = { sessionId: undefined, epoch: undefined, claims: {} };
      return { ...none, subject, tokenId: `key of ${subject}`, clientId: subject, issuedAt, scheme: 'Key' };
    };
    for (const [subject, revoke] of Object.entries<() => Promise<unknown>>({
      ada: () => blacklist.revokeSubject('ada'),
      app: () => blacklist.revokeClient('app'),
      all: () => blacklist.revokeEverything(),
    })) {
      await pass(MINUTE_MS);
      const mine = credential(subject);
      expect(await blacklist.isRevoked({ ...mine, ageMs: 1 })).toBe(false);
      await revoke();
      await pass(MINUTE_MS);
      expect(await blacklist.isRevoked(mine)).toBe(false);
      expect(await blacklist.isRevoked({ ...mine, ageMs: MINUTE_MS + 1 })).toBe(true);
      expect(await blacklist.isRevoked({ ...mine, ageMs: 1 })).toBe(false);
      const other = credential('somebody else');
      expect(await blacklist.isRevoked({ ...other, ageMs: MINUTE_MS + 1 })).toBe(subject === 'all');
    }
  });

  it('[11-E] forgets nothing that was revoked of legacy tokens while they may be shown', async () => {
    const { blacklist, foreign, clock, pass } = await medium.service(30 * DAY_MS);
    const legacy = (subject: string, clientId = 'first-party'): RevocableToken => ({
      tokenId: `id of ${subject}`,
      sessionId: undefined,
      subject,
      clientId,
      epoch: undefined,
      issuedAt: clock.now(),
      claims: {},
    });
    const tokens = [legacy('ada'), legacy('eve'), legacy('bob', 'app'), legacy('zoe')];
    await blacklist.revokeSubject('ada');
    const logout = { tokenId: 'logout', sessionId: undefined, issuedAt: clock.now(), ttlMs: 120_000 };
    await blacklist.logout({ ...logout, subject: 'eve' });
    await blacklist.revokeClient('app');
    await blacklist.revokeToken('zoe', 'id of zoe', 30 * DAY_MS);
    await pass(10 * foreign.maxTtlMs);
    const verdicts = await Promise.all(tokens.map(async (token) => blacklist.isRevoked(token)));
    expect(verdicts).toEqual([true, true, true, true]);
    expect(await blacklist.isRevoked(legacy('ada'))).toBe(false);
  });
});
