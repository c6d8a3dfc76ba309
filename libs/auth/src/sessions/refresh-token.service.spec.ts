import { givenUp } from '../../../../test/support/sessions/direct-refresh-tokens.js';
import {
  ACCESS_TOKEN_LIFETIME_MS,
  type RunningMedium,
  type SessionHarness,
  sessionMedia,
} from '../../../../test/support/sessions/session-media.js';
import {
  accessTokenWith,
  facts,
  sessionServices,
} from '../../../../test/support/sessions/session-services.js';

const DAY_MS = 86_400_000;

describe.each(sessionMedia)('RefreshTokenService on $name', ({ start }) => {
  let medium: RunningMedium;
  let harness: SessionHarness;

  beforeAll(async () => {
    medium = await start();
  }, 120_000);
  beforeEach(() => {
    harness = medium.harness();
  });
  afterAll(() => medium.stop());

  it('opens a session with the lives of its client and shows no salt', async () => {
    const { refresh, sessions } = sessionServices(harness, {
      absoluteTtl: '20d',
      profiles: { kiosk: { idleTtl: '10m', absoluteTtl: '12h' } },
    });
    const grant = await refresh.open(facts({ clientId: 'kiosk', scope: ['read'], binding: 'key' }));
    const { session } = grant;
    expect(session.idleExpiresAt - session.createdAt).toBe(600_000);
    expect(session.absoluteExpiresAt - session.createdAt).toBe(43_200_000);
    expect(session).toMatchObject(facts({ clientId: 'kiosk', scope: ['read'], binding: 'key' }));
    expect(Object.keys(session)).not.toContain('salt');
    expect(await sessions.get(session.id)).toEqual(session);
    const standard = await refresh.open(facts());
    expect(standard.session.absoluteExpiresAt - standard.session.createdAt).toBe(20 * DAY_MS);
  });

  it('[obligation 52] gives every login a session of its own', async () => {
    const { refresh, sessions } = sessionServices(harness);
    const [first, second] = [await refresh.open(facts()), await refresh.open(facts())];
    expect(first.session.id).not.toBe(second.session.id);
    expect(first.refreshToken).not.toBe(second.refreshToken);
    expect(await sessions.list('ada')).toHaveLength(2);
  });

  it('[04-2] [11-C] answers a retry with the very same refresh token inside the window, and later until that is used', async () => {
    const { refresh, blacklist, told } = sessionServices(harness);
    const login = await refresh.open(facts());
    const rotated = await refresh.rotate(login.refreshToken, { clientId: 'web' });
    expect(rotated.verdict).toBe('rotated');
    for (const [lostAnswers, passedMs] of [0, 10_000].entries()) {
      harness.advance(passedMs);
      const retried = await refresh.rotate(login.refreshToken, { clientId: 'web' });
      expect(retried).toEqual({ ...rotated, verdict: 'replayed', lostAnswers });
    }
    if (!('refreshToken' in rotated)) throw new Error('not rotated');
    const lost = accessTokenWith(rotated);
    expect(await harness.blacklist.confirmUse(lost)).toBe('revoked');
    expect(await harness.blacklist.confirmUse({ ...lost, lostAnswers: 1 })).toBe('confirmed');
    harness.advance(10_000);
    expect(await refresh.rotate(login.refreshToken)).toEqual({ verdict: 'reused' });
    expect(await refresh.rotate(login.refreshToken)).toEqual({ verdict: 'revoked' });
    expect(await blacklist.isRevoked(accessTokenWith(login))).toBe(true);
    const replayed = ['refresh.replayed ada', 'refresh.replayed ada'];
    expect(told).toEqual(['refresh.rotated ada', ...replayed, 'refresh.reuse ada']);
  });

  it('[11-C] takes the word of each client on how long a lost answer may be asked for again', async () => {
    const { refresh } = sessionServices(harness, {
      replayUnconfirmed: '1h',
      profiles: { gateway: { replayUnconfirmed: 0 } },
    });
    const [web, gateway] = [await refresh.open(facts()), await refresh.open(facts({ clientId: 'gateway' }))];
    for (const { refreshToken } of [web, gateway]) await refresh.rotate(refreshToken);
    harness.advance(10_000);
    expect((await refresh.rotate(gateway.refreshToken)).verdict).toBe('reused');
    harness.advance(3_589_999);
    expect((await refresh.rotate(web.refreshToken)).verdict).toBe('replayed');
    harness.advance(1);
    expect((await refresh.rotate(web.refreshToken)).verdict).toBe('reused');
  });

  it('[obligation 12] narrows the access token only, and refuses a wider scope without burning the token', async () => {
    const { refresh } = sessionServices(harness);
    const { refreshToken } = await refresh.open(facts({ scope: ['read', 'write'] }));
    expect(await refresh.rotate(refreshToken, { scope: ['read', 'admin'] })).toEqual({
      verdict: 'scope-exceeded',
    });
    const narrowed = await refresh.rotate(refreshToken, { scope: ['read'] });
    expect(narrowed).toMatchObject({ verdict: 'rotated', session: { scope: ['read', 'write'] } });
  });

  it('[obligation 12] [obligation 46] refuses the wrong client and the wrong sender without burning the token', async () => {
    const { refresh, told } = sessionServices(harness);
    const { refreshToken } = await refresh.open(facts({ binding: 'thumbprint' }));
    for (const request of [
      { clientId: 'other', binding: 'thumbprint' },
      { clientId: 'web' },
      { clientId: 'web', binding: 'another' },
    ]) {
      expect(await refresh.rotate(refreshToken, request)).toEqual({ verdict: 'mismatched' });
    }
    expect(told).toEqual([]);
    const outcome = await refresh.rotate(refreshToken, { clientId: 'web', binding: 'thumbprint' });
    expect(outcome.verdict).toBe('rotated');
  });

  it('refuses forged, garbled, truncated and foreign tokens without touching the session', async () => {
    const { refresh, sessions, told } = sessionServices(harness);
    const login = await refresh.open(facts());
    const [head = '', , mac = ''] = login.refreshToken.split('.');
    const foreign = sessionServices(medium.harness());
    const forgeries = [
      `${head}.1.${mac}`,
      `${head}.0.${mac.slice(1)}A`,
      login.refreshToken.slice(0, -1),
      `${login.refreshToken}A`,
      login.refreshToken.replace('ghr_', 'ghx_'),
      `${head}.00.${mac}`,
      'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2ln',
      '',
      'x'.repeat(100_000),
    ];
    for (const forged of forgeries) expect(await refresh.rotate(forged)).toEqual({ verdict: 'malformed' });
    const elsewhere = await foreign.refresh.open(facts());
    expect(await refresh.rotate(elsewhere.refreshToken)).toEqual({ verdict: 'unknown' });
    for (const forged of forgeries) expect(await givenUp(refresh, forged)).toEqual([]);
    expect(await sessions.get(login.session.id)).toEqual(login.session);
    expect(told).toEqual([]);
    expect((await refresh.rotate(login.refreshToken)).verdict).toBe('rotated');
  });

  it('[obligation 19] names the session of a refresh token, used or not, for its revocation', async () => {
    const { refresh, sessions, told } = sessionServices(harness);
    const login = await refresh.open(facts());
    const rotated = await refresh.rotate(login.refreshToken);
    expect(await givenUp(refresh, login.refreshToken, 'ghr_x')).toEqual([login.session.id]);
    await sessions.revoke(login.session.id);
    expect(await givenUp(refresh, login.refreshToken)).toEqual([]);
    expect(told).toEqual(['refresh.rotated ada', 'session.revoked ada']);
    if (!('refreshToken' in rotated)) throw new Error('not rotated');
    expect(await refresh.rotate(rotated.refreshToken)).toEqual({ verdict: 'revoked' });
  });

  it('inspects only a token that would rotate now', async () => {
    const { refresh } = sessionServices(harness);
    const login = await refresh.open(facts());
    expect(await refresh.inspect(login.refreshToken)).toEqual(login.session);
    await refresh.rotate(login.refreshToken);
    expect(await refresh.inspect(login.refreshToken)).toBeUndefined();
    harness.advance(7 * DAY_MS);
    expect(await refresh.inspect(login.refreshToken)).toBeUndefined();
    expect(await refresh.rotate(login.refreshToken)).toEqual({ verdict: 'expired' });
  });

  it('[obligation 55] evicts or refuses at the cap', async () => {
    const evicting = sessionServices(harness, { maxSessionsPerSubject: 1 });
    await evicting.refresh.open(facts());
    await evicting.refresh.open(facts());
    expect(evicting.told).toEqual(['session.evicted ada']);
    const rejecting = sessionServices(harness, { maxSessionsPerSubject: 1, whenFull: 'reject' });
    await expect(rejecting.refresh.open(facts())).rejects.toMatchObject({ code: 'session_limit_reached' });
  });

  it('[obligation 54] [obligation 55] ends other sessions, then all', async () => {
    const { refresh, sessions, told } = sessionServices(harness);
    const [mine] = [await refresh.open(facts()), await refresh.open(facts()), await refresh.open(facts())];
    await sessions.revokeOthers(mine.session.id);
    expect(await sessions.list('ada')).toEqual([mine.session]);
    await sessions.revokeAll('ada');
    expect(await sessions.list('ada')).toEqual([]);
    expect(told).toEqual(Array.from({ length: 3 }, () => 'session.revoked ada'));
  });

  it('knows no session by a text that is no session id', async () => {
    const { sessions } = sessionServices(harness);
    expect(await sessions.get('{x}:y')).toBeUndefined();
    await sessions.revoke('nonsense');
    await sessions.revokeOthers('nonsense');
  });

  it('keeps a record of constant size whatever the device claims', async () => {
    const { refresh } = sessionServices(harness);
    const long = 'x'.repeat(10_000);
    const { session } = await refresh.open(facts({ device: { userAgent: long, ip: long, label: long } }));
    expect(JSON.stringify(session.device).length).toBeLessThan(500);
  });

  it('gives machine tokens the epoch that revocations move', async () => {
    const { blacklist } = sessionServices(harness);
    const token = { tokenId: 't', sessionId: undefined, subject: 'client:job', clientId: 'job' };
    const epoch = await blacklist.epochFor(token.subject, token.clientId);
    await blacklist.revokeClient('job');
    expect(await blacklist.isRevoked({ ...token, epoch })).toBe(true);
    const next = await blacklist.epochFor(token.subject, token.clientId);
    expect(await blacklist.isRevoked({ ...token, epoch: next })).toBe(false);
  });

  it('revokes one token until it would have expired, and needs nothing for an expired one', async () => {
    const { blacklist } = sessionServices(harness);
    const epoch = await blacklist.epochFor('ada', 'web');
    const token = { tokenId: 't', sessionId: undefined, subject: 'ada', clientId: 'web', epoch };
    await blacklist.revokeToken({ ...token, expiresAt: harness.clock.now() - ACCESS_TOKEN_LIFETIME_MS });
    expect(await blacklist.isRevoked(token)).toBe(false);
    await blacklist.revokeToken({ ...token, expiresAt: harness.clock.now() + 60_000 });
    expect(await blacklist.isRevoked(token)).toBe(true);
  });
});
