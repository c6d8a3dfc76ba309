import type { RefreshStep } from '../support/sessions/observed-session-store.js';
import { errorOf } from '../support/sessions/refresh-faults.js';
import { type RunningMedium, type SessionHarness, sessionMedia } from '../support/sessions/session-media.js';
import { facts } from '../support/sessions/session-services.js';
import { type FaultyTokenServices, faultyTokenServices } from '../support/sessions/token-services.js';

describe.each(sessionMedia.slice(0, 2))(
  '[11-D] a role that is taken away while a refresh is under way, on $name',
  ({ start }) => {
    let medium: RunningMedium;
    let harness: SessionHarness;
    let services: FaultyTokenServices;
    let user: { readonly subject: string; readonly roles: readonly string[] } | undefined;
    let asked = 0;

    beforeAll(async () => {
      medium = await start();
    }, 120_000);
    beforeEach(async () => {
      harness = medium.harness();
      services = await faultyTokenServices(harness, { reloads: true });
      user = { subject: 'ada', roles: ['editor'] };
      asked = 0;
      services.stand.reload = () => {
        asked += 1;
        return user;
      };
    });
    afterEach(() => services.ring.close());
    afterAll(() => medium.stop());

    const takeAway = async (): Promise<void> => {
      user = { subject: 'ada', roles: [] };
      await services.blacklist.expireAccessTokens('ada');
    };
    const during = (step: RefreshStep, act: () => Promise<void>): void => {
      let isDone = false;
      services.stand.at = async (now) => {
        if (now !== step || isDone) return;
        isDone = true;
        await act();
      };
    };

    it.each(['before recall', 'before rotate', 'after rotate'] as const)(
      'is in no token that lives: %s',
      async (step) => {
        const { tokens, told } = services;
        const { refreshToken } = await tokens.login(facts());
        during(step, takeAway);
        const { accessToken, principal, refreshToken: next } = await tokens.refresh({ refreshToken });
        if (step === 'after rotate') {
          expect(principal.roles).toEqual(['editor']);
          expect(await errorOf((async () => tokens.verify(accessToken))())).toBe('invalid_token');
        } else {
          expect((await tokens.verify(accessToken)).roles).toEqual([]);
        }
        expect((await tokens.refresh({ refreshToken: next })).principal.roles).toEqual([]);
        expect(told).toEqual(['refresh.rotated ada', 'refresh.rotated ada']);
      },
    );

    it('between the question and its answer: the host is asked once more', async () => {
      const { tokens, stand } = services;
      const { refreshToken } = await tokens.login(facts());
      stand.reload = async () => {
        const before = user;
        asked += 1;
        if (asked === 1) await takeAway();
        return before;
      };
      const { accessToken } = await tokens.refresh({ refreshToken });
      expect((await tokens.verify(accessToken)).roles).toEqual([]);
      expect(asked).toBe(2);
    });

    it('is in no token of a retry that lives, either', async () => {
      const { tokens } = services;
      const { refreshToken } = await tokens.login(facts());
      const second = await tokens.refresh({ refreshToken });
      during('before rotate', takeAway);
      const again = await tokens.refresh({ refreshToken });
      expect(again.refreshToken).toBe(second.refreshToken);
      expect((await tokens.verify(again.accessToken)).roles).toEqual([]);
      expect(await harness.sessions.recall(again.principal.sessionId!)).toMatchObject({ roles: [] });
    });

    it('again and again is 503, burns nothing, and the next try succeeds', async () => {
      const { tokens, stand, told } = services;
      const { refreshToken } = await tokens.login(facts());
      stand.at = async (now) => (now === 'before rotate' ? takeAway() : undefined);
      expect(await errorOf(tokens.refresh({ refreshToken }))).toBe('store_unavailable');
      expect([asked, told]).toEqual([2, []]);
      stand.at = async () => {};
      expect((await tokens.refresh({ refreshToken })).principal.roles).toEqual([]);
    });

    it('with the user itself ends the session at the second question', async () => {
      const { tokens, told } = services;
      const { refreshToken } = await tokens.login(facts());
      during('before rotate', async () => {
        user = undefined;
        await services.blacklist.expireAccessTokens('ada');
      });
      expect(await errorOf(tokens.refresh({ refreshToken }))).toBe('invalid_grant');
      expect(told).toEqual(['session.revoked ada']);
    });

    it('does not stay in the token of a login under way', async () => {
      const { tokens } = services;
      let round = 0;
      const { principal } = await tokens.loginAfter(async () => {
        const { roles } = user!;
        round += 1;
        if (round === 1) await takeAway();
        return facts({ roles });
      });
      expect([principal.roles, round]).toEqual([[], 2]);
    });
  },
);
