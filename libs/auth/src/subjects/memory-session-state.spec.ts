import { blacklistSettings } from '../../../../test/support/sessions/session-media.js';
import { fresh, login, terms, verdictOf } from '../sessions/contract/session.contract-harness.js';
import { MemorySessionStore } from '../sessions/memory-session.store.js';
import type { StoredFacts } from '../sessions/session.store.js';
import { ManualClock } from '../testing/manual-clock.js';
import { MemoryTokenBlacklistStore } from '../token-blacklist/memory-token-blacklist.store.js';
import { MemorySessionState } from './memory-session-state.js';
import { createSessionId } from './subject-keys.js';

const full = { code: 'store_unavailable' };

describe('[10-7] memory that is full of revocations', () => {
  async function fill() {
    const clock = new ManualClock();
    const settings = blacklistSettings({ maxRevocationsInMemory: 2 });
    const state = new MemorySessionState<StoredFacts>(clock, settings);
    const harness = {
      sessions: new MemorySessionStore(state),
      blacklist: new MemoryTokenBlacklistStore(state),
      advance: (ms: number) => clock.advance(ms),
    };
    for (const other of [await login(harness), await login(harness)])
      await harness.blacklist.revokeSubject(other.facts.subject);
    const subject = fresh('user');
    const [session, second] = [await login(harness, { subject }), await login(harness, { subject })];
    const untilThereIsRoom = () => harness.advance(settings.accessTokenLifetimeMs);
    return { harness, subject, session, second, untilThereIsRoom };
  }

  it.each<[string, (stand: Awaited<ReturnType<typeof fill>>) => Promise<unknown>]>([
    ['a logout', ({ harness, session }) => harness.blacklist.revokeSession(session.id)],
    ['a logout everywhere', ({ harness, subject }) => harness.blacklist.revokeSubject(subject)],
    ['a logout of the others', ({ harness, second }) => harness.sessions.revokeOthers(second.id)],
  ])(
    'refuses %s, but the session is never refreshed again, and is ended when asked later',
    async (_what, end) => {
      const stand = await fill();
      const { harness, session } = stand;
      await expect(end(stand)).rejects.toMatchObject(full);
      expect(await verdictOf(harness, session, 0)).toBe('expired');
      expect((await harness.sessions.list(stand.subject, { limit: 9 })).map(({ id }) => id)).not.toContain(
        session.id,
      );
      stand.untilThereIsRoom();
      await end(stand);
      expect(harness.blacklist.isRevoked(session.accessToken)).toBe(true);
      expect(await verdictOf(harness, session, 0)).toBe('revoked');
    },
  );

  it('refuses a used refresh token, and the newest one from then on', async () => {
    const { harness, session } = await fill();
    await verdictOf(harness, session, 0);
    await verdictOf(harness, session, 1);
    await expect(verdictOf(harness, session, 0)).rejects.toMatchObject(full);
    expect(await verdictOf(harness, session, 2)).toBe('expired');
  });

  it('[11-C] gives no answer again where it could not remember which one counts, and changes nothing', async () => {
    const { harness, untilThereIsRoom } = await fill();
    const dayMs = 86_400_000;
    const lenient = { idleTtlMs: dayMs, reuseWindowMs: 0, replayUnconfirmedMs: dayMs };
    const session = await login(harness, {}, { idleTtlMs: dayMs, absoluteTtlMs: dayMs });
    const others = [await login(harness), await login(harness)];
    for (const each of [...others, session]) await verdictOf(harness, each, 0, lenient);
    for (const other of others) expect(await verdictOf(harness, other, 0, lenient)).toBe('replayed');
    await expect(verdictOf(harness, session, 0, lenient)).rejects.toMatchObject(full);
    untilThereIsRoom();
    const again = await harness.sessions.rotate(session, 0, { ...terms, ...lenient });
    expect(again).toMatchObject({ verdict: 'replayed', lostAnswers: 1 });
    expect(await verdictOf(harness, session, 1, lenient)).toBe('rotated');
  });
});

it('[11-F] tells of refresh tokens of an earlier run, not of a legacy token whose session is forgotten', async () => {
  const told: string[] = [];
  const bounds = { maxSessions: 10, onStranger: (stranger: string) => void told.push(stranger) };
  const state = new MemorySessionState<StoredFacts>(new ManualClock(), blacklistSettings(), bounds);
  const sessions = new MemorySessionStore(state);
  const [legacy, other] = [createSessionId('ada'), createSessionId('ada')];
  await sessions.withdraw(legacy, 60_000);
  expect(await sessions.recall(legacy)).toBe('unknown');
  expect(told).toEqual([]);
  expect(await sessions.recall(other)).toBe('unknown');
  expect(told).toEqual(['refresh token of an unknown session']);
});
