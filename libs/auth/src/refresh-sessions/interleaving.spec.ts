import {
  ObservedSessionStore,
  type RefreshStep,
} from '../../../../test/support/sessions/observed-session-store.js';
import { type RunningMedium, sessionMedia } from '../../../../test/support/sessions/session-media.js';
import { facts, sessionServices } from '../../../../test/support/sessions/session-services.js';

const STEPS: readonly RefreshStep[] = ['before recall', 'before rotate', 'after rotate'];
const REVOCATIONS = ['session', 'subject', 'client', 'all', 'reuse'] as const;
const CASES = STEPS.flatMap((step) => REVOCATIONS.map((revocation) => ({ step, revocation })));

describe.each(sessionMedia)('[04-5] a refresh interleaved with a revocation on $name', ({ start }) => {
  let medium: RunningMedium;

  beforeAll(async () => {
    medium = await start();
  }, 120_000);

  afterAll(() => medium.stop());

  it.each(CASES)('mints nothing that lives: $revocation $step', async ({ step, revocation }) => {
    const harness = medium.harness();
    const direct = sessionServices(harness);
    const first = await direct.refresh.open(facts());
    const second = await direct.refresh.rotate(first.refreshToken);
    if (!('refreshToken' in second)) throw new Error('not rotated');

    const revoke = async (): Promise<void> => {
      if (revocation === 'session') await direct.blacklist.revokeSession(first.session.id);
      if (revocation === 'subject') await direct.blacklist.revokeSubject('ada');
      if (revocation === 'client') await direct.blacklist.revokeClient('web');
      if (revocation === 'all') await direct.blacklist.revokeAll();
      if (revocation === 'reuse') {
        harness.advance(10_000);
        expect(await direct.refresh.rotate(first.refreshToken)).toEqual({ verdict: 'reused' });
      }
    };
    let revoked = false;
    const sessions = new ObservedSessionStore(harness.sessions, async (now) => {
      if (now !== step || revoked) return;
      revoked = true;
      await revoke();
    });
    const outcome = await sessionServices({ ...harness, sessions }).refresh.rotate(second.refreshToken);

    expect(revoked).toBe(true);
    expect(outcome.verdict).toBe(step === 'after rotate' ? 'rotated' : 'revoked');
    for (const grant of [first, second, outcome]) {
      if (!('refreshToken' in grant)) continue;
      const { id: sessionId, subject, clientId } = grant.session;
      const minted = { tokenId: 'minted later', sessionId, subject, clientId, epoch: grant.epoch };
      expect(await direct.blacklist.isRevoked(minted)).toBe(true);
      expect(await direct.refresh.rotate(grant.refreshToken)).toEqual({ verdict: 'revoked' });
    }
  });
});
