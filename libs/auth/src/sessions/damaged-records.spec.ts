import { type StandaloneRedis, startStandalone } from '../../../../test/support/redis/index.js';
import { atEndOf } from '../../../../test/support/redis/redis-fixture.js';
import { blacklistSettings, freshKeySpace } from '../../../../test/support/sessions/session-media.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { FACTS_OFFSET } from '../subjects/session-record.lua.js';
import { SubjectKeys } from '../subjects/subject-keys.js';
import { RedisTokenBlacklistStore } from '../token-blacklist/redis-token-blacklist.store.js';
import { fresh, login, tryLogin, verdictOf } from './contract/session.contract-harness.js';
import { RedisSessionStore } from './redis-session.store.js';

describe('[10-7] a session whose record says nonsense', () => {
  let redis: StandaloneRedis;

  beforeAll(async () => {
    redis = await startStandalone();
  });
  afterAll(() => redis.stop());

  async function assemble(nonsense: string) {
    const connection = await redis.connect();
    const guarded = new GuardedRedis(connection, {
      keySpace: freshKeySpace(),
      deadlineMs: 10_000,
    });
    const settings = blacklistSettings();
    const sessions = new RedisSessionStore(guarded, settings);
    const blacklist = new RedisTokenBlacklistStore(guarded, settings);
    atEndOf(connection, () => blacklist.journal.close());
    const harness = { sessions, blacklist, advance: () => {} };
    const subject = fresh('user');
    const damaged = await login(harness, { subject });
    const record = SubjectKeys.ofSession(guarded.keySpace, damaged.id).record(damaged.id);
    const state = await guarded.call('strlen', record);
    await guarded.call('setrange', record, FACTS_OFFSET, nonsense.padEnd(Number(state) - FACTS_OFFSET));
    const sound = await login(harness, { subject });
    return { harness, subject, damaged, sound, record, guarded };
  }

  describe.each(['{"subject":"\uD83D', 'null', '[]', '{}', '{"subject":5}', '', 'x'])('(%j)', (nonsense) => {
    it('is ended by itself', async () => {
      const { harness, damaged, sound } = await assemble(nonsense);
      expect(await harness.blacklist.revokeSession(damaged.id)).toBeUndefined();
      expect(await harness.blacklist.isRevoked(damaged.accessToken)).toBe(true);
      expect(await verdictOf(harness, damaged, 0)).toBe('revoked');
      expect(await harness.blacklist.isRevoked(sound.accessToken)).toBe(false);
    });

    it('is ended with the others, with all, and to make room; the rest is listed', async () => {
      const { harness, subject, damaged, sound } = await assemble(nonsense);
      expect((await harness.sessions.list(subject, { limit: 10 })).map(({ id }) => id)).toEqual([sound.id]);
      expect(await harness.sessions.recall(damaged.id)).toBe('unknown');
      expect(await harness.sessions.find(damaged.id)).toBeUndefined();
      expect(await harness.sessions.revokeOthers(sound.id)).toEqual([{ sessionId: damaged.id, subject }]);
      expect(await harness.blacklist.isRevoked(damaged.accessToken)).toBe(true);

      const unnamed = await assemble(nonsense);
      await unnamed.harness.blacklist.revokeSession(unnamed.sound.id);
      expect(await unnamed.harness.sessions.revokeOthers(unnamed.sound.id)).toEqual([
        { sessionId: unnamed.damaged.id, subject: undefined },
      ]);

      const again = await assemble(nonsense);
      expect(await again.harness.blacklist.revokeSubject(again.subject)).toContain(again.damaged.id);
      expect(await again.harness.blacklist.isRevoked(again.damaged.accessToken)).toBe(true);

      const full = await assemble(nonsense);
      const { opened } = await tryLogin(full.harness, { subject: full.subject }, { maxSessions: 1 });
      expect(opened).toMatchObject({ verdict: 'opened' });
      expect(await full.harness.blacklist.isRevoked(full.damaged.accessToken)).toBe(true);
    });

    it('is passed over by short pages, and keeps no login waiting', async () => {
      const { harness, subject, damaged, sound } = await assemble(nonsense);
      const [first] = await harness.sessions.list(subject, { limit: 1 });
      expect(first?.id).toBe(sound.id);
      const { opened } = await tryLogin(harness, { subject }, { maxSessions: 2, whenFull: 'reject' });
      expect(opened).toEqual({ verdict: 'full' });
      await harness.blacklist.revokeSession(sound.id);
      expect(await harness.sessions.list(subject, { limit: 1 })).toEqual([]);
      await harness.blacklist.revokeSession(damaged.id);
      expect(await harness.sessions.list(subject, { limit: 1 })).toEqual([]);
    });
  });

  it('[11-C] and one that is cut off: the rest of the subject goes on, and it is ended with them', async () => {
    const { harness, subject, damaged, sound, record, guarded } = await assemble('x');
    await guarded.call('set', record, 'cut off');
    const used = { ...damaged.accessToken, sessionId: damaged.id, generation: 0, lostAnswers: 0 };
    expect(await harness.blacklist.confirmUse(used)).toBe('confirmed');
    expect(await verdictOf(harness, damaged, 0)).toBe('unknown');
    expect((await harness.sessions.list(subject, { limit: 10 })).map(({ id }) => id)).toEqual([sound.id]);
    expect(await harness.sessions.revokeOthers(sound.id)).toMatchObject([{ sessionId: damaged.id }]);
    expect(await harness.blacklist.confirmUse(used)).toBe('revoked');
    expect(await verdictOf(harness, sound, 0)).toBe('rotated');
  });
});
