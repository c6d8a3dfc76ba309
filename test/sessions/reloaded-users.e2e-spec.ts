import { errorOf, FAULTS, mend, RELOAD_FAULTS, STORE_FAULTS } from '../support/sessions/refresh-faults.js';
import { type RunningMedium, type SessionHarness, sessionMedia } from '../support/sessions/session-media.js';
import { facts } from '../support/sessions/session-services.js';
import { type FaultyTokenServices, faultyTokenServices } from '../support/sessions/token-services.js';

const MINUTE_MS = 60_000;

describe.each(sessionMedia.slice(0, 2))(
  '[11-D] users that change while their sessions live, on $name',
  ({ start }) => {
    let medium: RunningMedium;
    let harness: SessionHarness;
    let services: FaultyTokenServices;
    /** What the host answers, and whom it was asked for. */
    let user: Record<string, unknown> | undefined;
    let asked: unknown[];

    beforeAll(async () => {
      medium = await start();
    }, 120_000);
    beforeEach(async () => {
      harness = medium.harness();
      services = await faultyTokenServices(harness, { reloads: true });
      user = { subject: 'ada', roles: ['editor'] };
      asked = [];
      services.stand.reload = (...question) => {
        asked.push(question);
        return user;
      };
    });
    afterEach(() => services.ring.close());
    afterAll(() => medium.stop());

    const recorded = async ({ principal }: { principal: { sessionId: string | undefined } }) => {
      const known = await harness.sessions.recall(principal.sessionId ?? '');
      if (typeof known === 'string') throw new Error(known);
      return known;
    };

    it.each([...RELOAD_FAULTS, ...FAULTS, ...STORE_FAULTS])(
      'an error burns nothing and writes nothing, and a minute later the refresh succeeds: $name',
      async ({ error, begin }) => {
        const { tokens, told } = services;
        const pair = await tokens.login(facts());
        const { refreshToken } = pair;
        const before = await recorded(pair);
        await begin(services);
        expect(await errorOf(tokens.refresh({ refreshToken }))).toBe(error);
        expect([told, await recorded(pair).catch(() => before)]).toEqual([[], before]);
        await mend(services);
        expect(await recorded(pair)).toEqual(before);
        harness.advance(MINUTE_MS);
        const second = await tokens.refresh({ refreshToken });
        expect(second.principal).toMatchObject({
          subject: 'ada',
          roles: ['editor'],
          claims: { tenant: 'a' },
        });
        await tokens.refresh({ refreshToken: second.refreshToken });
        expect(told).toEqual(['refresh.rotated ada', 'refresh.rotated ada']);
      },
    );

    it('roles and claims of the answer are in the token and the record; how the login was done and its data stay', async () => {
      const { tokens } = services;
      const said = { amr: ['pwd', 'otp'], acr: 'silver', sessionData: { tenant: 'a' } };
      const first = await tokens.login(facts({ ...said, claims: { plan: 'free', trial: true } }));
      user = {
        subject: 'ada',
        roles: ['editor'],
        claims: { plan: 'gold' },
        amr: ['none'],
        acr: 'x',
        sessionData: {},
      };
      const second = await tokens.refresh({ refreshToken: first.refreshToken });
      for (const { principal } of [second, await tokens.refresh({ refreshToken: second.refreshToken })]) {
        expect(principal).toMatchObject({ ...said, roles: ['editor'], claims: { plan: 'gold' } });
        expect(principal.claims).not.toHaveProperty('trial');
      }
      expect(await recorded(first)).toMatchObject({ ...said, roles: ['editor'], claims: { plan: 'gold' } });
      const { id } = (await services.sessions.list('ada'))[0]!;
      const question = ['ada', { id, clientId: 'web', sessionData: { tenant: 'a' } }];
      expect(asked).toEqual([question, question]);
    });

    it.each([undefined, null, false, 0, ''])(
      'the answer %j ends the session and its access tokens',
      async (nobody) => {
        const { tokens, sessions, told } = services;
        const first = await tokens.login(facts());
        const other = await tokens.login(facts());
        services.stand.reload = () => nobody;
        const { refreshToken } = first;
        expect(await errorOf(tokens.refresh({ refreshToken }))).toBe('invalid_grant');
        expect(told).toEqual(['session.revoked ada']);
        expect((await sessions.list('ada')).map(({ id }) => id)).toEqual([other.principal.sessionId]);
        expect(await errorOf((async () => tokens.verify(first.accessToken))())).toBe('invalid_token');
        await mend(services);
        expect(await errorOf(tokens.refresh({ refreshToken }))).toBe('invalid_grant');
        expect((await tokens.refresh({ refreshToken: other.refreshToken })).principal.roles).toEqual([
          'editor',
        ]);
      },
    );

    it('nobody is asked about tokens that are not authentic, not of this client, or ask for too much', async () => {
      const { tokens } = services;
      const { refreshToken } = await tokens.login(facts({ scope: ['read'] }));
      const [head = '', generation, mac = ''] = refreshToken.split('.');
      const forged = [
        'x',
        `${head}.${generation}.${mac.slice(1)}${mac.slice(0, 1)}`,
        `${head}.7.${mac}`,
        `${head.slice(0, -1)}${head.endsWith('A') ? 'Q' : 'A'}.${generation}.${mac}`,
      ];
      for (const each of forged)
        expect(await errorOf(tokens.refresh({ refreshToken: each }))).toBe('invalid_grant');
      expect(await errorOf(tokens.refresh({ refreshToken, clientId: 'other' }))).toBe('invalid_grant');
      expect(await errorOf(tokens.refresh({ refreshToken, scope: ['write'] }))).toBe('invalid_scope');
      expect(asked).toEqual([]);
      await tokens.refresh({ refreshToken, clientId: 'web', scope: ['read'] });
      expect(asked).toHaveLength(1);
    });

    it('a retry gets the same successor with what the user may by then, and nothing slides', async () => {
      const { tokens, told } = services;
      const { refreshToken } = await tokens.login(facts());
      const second = await tokens.refresh({ refreshToken });
      harness.advance(5_000);
      user = { subject: 'ada', roles: ['admin'] };
      const again = await tokens.refresh({ refreshToken });
      expect([again.refreshToken, again.refreshExpiresAt]).toEqual([
        second.refreshToken,
        second.refreshExpiresAt,
      ]);
      expect(again.principal.roles).toEqual(['admin']);
      expect((await recorded(second)).roles).toEqual(['admin']);
      expect(told).toEqual(['refresh.rotated ada', 'refresh.replayed ada']);
    });

    it('of 50 parallel refreshes each is asked for, and all get one successor', async () => {
      const { tokens } = services;
      const { refreshToken } = await tokens.login(facts());
      const pairs = await Promise.all(Array.from({ length: 50 }, () => tokens.refresh({ refreshToken })));
      expect(new Set(pairs.map((pair) => pair.refreshToken)).size).toBe(1);
      expect(asked).toHaveLength(50);
    });

    describe('scope', () => {
      const refreshAll = async (granted: string[] | undefined, ...answers: (string[] | undefined)[]) => {
        const { tokens } = services;
        let { refreshToken, principal } = await tokens.login(facts({ scope: granted }));
        const got = [];
        for (const scope of answers) {
          user = { subject: 'ada', ...(scope && { scope }) };
          ({ refreshToken, principal } = await tokens.refresh({ refreshToken }));
          got.push(principal.scope);
        }
        return got;
      };

      it('is what the login granted, as far as the user still may have it; never more', async () => {
        const asGranted = ['read', 'write'];
        expect(await refreshAll(asGranted, ['write'], ['admin', 'write', 'read'], [], undefined)).toEqual([
          ['write'],
          asGranted,
          [],
          asGranted,
        ]);
      });

      it('of a session that was not narrowed is what the user may have', async () => {
        expect(await refreshAll(undefined, ['read'], [], undefined)).toEqual([['read'], [], undefined]);
      });

      it('that a refresh asks for is cut as well; where nothing is left it is refused and burns nothing', async () => {
        const { tokens } = services;
        const { refreshToken } = await tokens.login(facts({ scope: ['read', 'write'] }));
        user = { subject: 'ada', scope: ['read'] };
        expect(await errorOf(tokens.refresh({ refreshToken, scope: ['write'] }))).toBe('invalid_scope');
        const second = await tokens.refresh({ refreshToken, scope: ['write', 'read'] });
        expect(second.principal.scope).toEqual(['read']);
        // The session lost nothing by it.
        user = { subject: 'ada', scope: ['read', 'write'] };
        const third = await tokens.refresh({ refreshToken: second.refreshToken, scope: ['write'] });
        expect(third.principal.scope).toEqual(['write']);
        const [session] = await services.sessions.list('ada');
        expect(session?.scope).toEqual(['read', 'write']);
        expect(session).not.toHaveProperty('granted');
      });
    });
  },
);
