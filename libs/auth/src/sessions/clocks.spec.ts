import { type RunningMedium, sessionMedia } from '../../../../test/support/sessions/session-media.js';
import { fresh, login, terms, tryLogin, verdictOf } from './contract/session.contract-harness.js';

const HOUR_MS = 3_600_000;
const lives = { idleTtlMs: 24 * HOUR_MS, absoluteTtlMs: 48 * HOUR_MS };

describe.each(sessionMedia)('[10-9] a clock that is set, on $name', ({ start }) => {
  let medium: RunningMedium;

  beforeAll(async () => {
    medium = await start();
  }, 120_000);

  afterAll(() => medium.stop());

  it('back by more than the window makes no predecessor replayable again', async () => {
    for (const backMs of [terms.reuseWindowMs + 5_000, HOUR_MS, 1_000 * HOUR_MS]) {
      const harness = medium.harness();
      const session = await login(harness);
      expect(await verdictOf(harness, session, 0)).toBe('rotated');
      harness.advance(terms.reuseWindowMs);
      harness.clock.set(-backMs - terms.reuseWindowMs);
      expect(await verdictOf(harness, session, 0)).toBe('reused');
    }
  });

  it('a little back, as after a failover, logs nobody out who lost an answer', async () => {
    const harness = medium.harness();
    const session = await login(harness);
    expect(await verdictOf(harness, session, 0)).toBe('rotated');
    harness.clock.set(-2_000);
    expect(await verdictOf(harness, session, 0)).toBe('replayed');
    expect(await verdictOf(harness, session, 1)).toBe('rotated');
  });

  it('[11-C] back logs nobody out whose answer was lost, and replays nothing that was used', async () => {
    const lenient = { ...lives, replayUnconfirmedMs: lives.idleTtlMs };
    for (const isUsed of [false, true]) {
      const harness = medium.harness();
      const session = await login(harness, {}, lives);
      expect(await verdictOf(harness, session, 0, lenient)).toBe('rotated');
      const { accessToken, id: sessionId } = session;
      if (isUsed)
        await harness.blacklist.confirmUse({ ...accessToken, sessionId, generation: 1, lostAnswers: 0 });
      harness.advance(terms.reuseWindowMs);
      harness.clock.set(-HOUR_MS);
      expect(await verdictOf(harness, session, 0, lenient)).toBe(isUsed ? 'reused' : 'replayed');
    }
  });

  it('back leaves current tokens good', async () => {
    const harness = medium.harness();
    const session = await login(harness);
    harness.clock.set(-HOUR_MS);
    expect(await verdictOf(harness, session, 0)).toBe('rotated');
    expect(await verdictOf(harness, session, 1)).toBe('rotated');
    expect(await harness.blacklist.isRevoked(session.accessToken)).toBe(false);
  });

  it('back and forth revives nothing that was revoked', async () => {
    for (const byMs of [HOUR_MS, -HOUR_MS, 1_000 * HOUR_MS]) {
      const harness = medium.harness();
      const subject = fresh('user');
      const byToken = await login(harness);
      const bySession = await login(harness);
      const bySubject = await login(harness, { subject });
      await harness.blacklist.revokeToken(byToken.facts.subject, byToken.accessToken.tokenId, 900_000);
      await harness.blacklist.revokeSession(bySession.id);
      await harness.blacklist.revokeSubject(subject);
      const expectRevoked = async (): Promise<void> => {
        for (const { accessToken } of [byToken, bySession, bySubject]) {
          expect(await harness.blacklist.isRevoked(accessToken)).toBe(true);
        }
      };
      harness.clock.set(byMs);
      await expectRevoked();
      await login(harness, { subject });
      harness.clock.set(-byMs);
      await expectRevoked();
    }
  });

  it('back refuses a login that began before a revocation all the same', async () => {
    const harness = medium.harness();
    const { facts } = await login(harness);
    await harness.blacklist.revokeSubject(facts.subject);
    harness.clock.set(-HOUR_MS);
    const { subject, clientId } = facts;
    const { opened } = await tryLogin(harness, { subject, clientId }, { begun: { ageMs: () => 1_000 } });
    expect(opened.verdict).toBe('superseded');
  });
});

describe('[10-9] sessions in memory', () => {
  it('live as long as time passes, whatever the clock is set to, and say when they end by that clock', async () => {
    const medium = await sessionMedia[0]!.start();
    for (const byMs of [HOUR_MS, -HOUR_MS]) {
      const harness = medium.harness();
      const session = await login(harness);
      harness.clock.set(byMs);
      harness.advance(terms.idleTtlMs - 1);
      const found = await harness.sessions.find(session.id);
      expect(found?.state.idleExpiresAt).toBe(harness.clock.now() + 1);
      harness.advance(1);
      expect(await verdictOf(harness, session, 0)).toBe('expired');
      harness.clock.set(-byMs);
      expect(await verdictOf(harness, session, 0)).toBe('expired');
    }
  });
});
