import {
  ObservedSessionStore,
  type RefreshStep,
} from '../../../../test/support/sessions/observed-session-store.js';
import { type RunningMedium, sessionMedia } from '../../../../test/support/sessions/session-media.js';
import {
  accessTokenWith,
  facts,
  sessionServices,
} from '../../../../test/support/sessions/session-services.js';

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
      if (revocation === 'all') await direct.blacklist.revokeEverything();
      if (revocation === 'reuse') {
        await harness.blacklist.confirmUse(accessTokenWith(second));
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
      const minted = accessTokenWith(grant);
      expect(await direct.blacklist.isRevoked(minted)).toBe(true);
      expect(await harness.blacklist.confirmUse(minted)).toBe('revoked');
      expect(await direct.refresh.rotate(grant.refreshToken)).toEqual({ verdict: 'revoked' });
    }
  });
});

describe.each(sessionMedia)(
  '[11-C] a refresh interleaved with the use of an access token on $name',
  ({ start }) => {
    let medium: RunningMedium;

    beforeAll(async () => {
      medium = await start();
    }, 120_000);

    afterAll(() => medium.stop());

    /** Refreshes once; later somebody uses an access token of that generation while a refresh token is presented. */
    async function refreshWhileUsed(
      step: RefreshStep,
      used: 'first' | 'second',
      presented: 'first' | 'second',
    ) {
      const harness = medium.harness();
      const direct = sessionServices(harness);
      const first = await direct.refresh.open(facts());
      const second = await direct.refresh.rotate(first.refreshToken);
      if (!('refreshToken' in second)) throw new Error('not rotated');
      const pairs = { first, second };
      harness.advance(10_000);
      const sessions = new ObservedSessionStore(harness.sessions, async (now) => {
        if (now === step) await harness.blacklist.confirmUse(accessTokenWith(pairs[used]));
      });
      const { refresh } = sessionServices({ ...harness, sessions });
      const outcome = await refresh.rotate(pairs[presented].refreshToken);
      return { harness, direct, first, second, outcome };
    }

    it.each(STEPS)('rotates the successor, whatever is used %s', async (step) => {
      for (const used of ['first', 'second'] as const) {
        const { harness, direct, second, outcome } = await refreshWhileUsed(step, used, 'second');
        expect(outcome.verdict).toBe('rotated');
        harness.advance(10_000);
        const retried = await direct.refresh.rotate(second.refreshToken);
        expect(retried).toEqual({ ...outcome, verdict: 'replayed', lostAnswers: 1 });
      }
    });

    it.each(STEPS)('replays the predecessor while only its own access token is used %s', async (step) => {
      const { second, outcome } = await refreshWhileUsed(step, 'first', 'first');
      expect(outcome).toEqual({ ...second, verdict: 'replayed', lostAnswers: 1 });
    });

    it.each(STEPS)(
      'replays the predecessor once more when the first answer is used after all %s',
      async (step) => {
        const { harness, direct, first, second, outcome } = await refreshWhileUsed(step, 'second', 'first');
        // What comes later than the retry is refused: that is the answer which counts.
        const isInTime = step !== 'after rotate';
        expect(outcome).toEqual({ ...second, verdict: 'replayed', lostAnswers: isInTime ? 0 : 1 });
        harness.advance(10_000);
        const again = await direct.refresh.rotate(first.refreshToken);
        expect(again.verdict).toBe(isInTime ? 'reused' : 'replayed');
      },
    );
  },
);
