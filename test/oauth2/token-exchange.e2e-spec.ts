import { decodeJwt } from 'jose';
import { TokenBlacklistService } from 'nestjs-gatehouse';
import { ISSUER } from '../support/app/start-app.js';
import { everywhere } from '../support/app/stores.js';
import { appSecret, confidentialClient, type GrantsStand } from '../support/oauth2/grants-stand.js';
import { ACCESS_TOKEN, acting, BACKEND, ExchangeStand, tokenOf } from '../support/oauth2/exchange-stand.js';
import { basic } from '../support/oauth2/oauth-caller.js';

describe.each(everywhere)('[8693] token exchange, on $platform and $medium', (place) => {
  let of: ExchangeStand;

  beforeAll(async () => {
    of = await ExchangeStand.start(place);
  });
  afterAll(() => of.stand.stop());

  it('is a token for the same user that names who acts, and a narrower one', async () => {
    const { accessToken, principal } = await of.stand.open({
      roles: ['editor'],
      amr: ['pwd'],
      acr: 'high',
      sessionData: { tenant: 't1' },
      claims: { team: 'a' },
    });
    const answer = await of.exchange('gateway', accessToken, { scope: 'articles:read', audience: BACKEND });
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      issued_token_type: ACCESS_TOKEN,
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      scope: 'articles:read',
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const made = await of.principalOf(tokenOf(answer));
    const { subject, roles, amr, acr, sessionData, authenticatedAt, sessionId } = principal;
    expect(made).toMatchObject({ subject, roles, amr, acr, sessionData, authenticatedAt, sessionId });
    expect(made).toMatchObject({ actor: 'client:gateway', clientId: 'gateway', scope: ['articles:read'] });
    expect(made.claims).toMatchObject({ aud: BACKEND, team: 'a', act: { sub: 'client:gateway' } });
    expect(made.expiresAt).toBeLessThanOrEqual(principal.expiresAt);
    expect(await of.isGood(tokenOf(answer))).toBe(true);
    const inspected = await of.stand.one.form(
      '/oauth/introspect',
      { token: tokenOf(answer) },
      { header: basic('gateway', appSecret.secret) },
    );
    expect(inspected.body).toMatchObject({ active: true, sub: subject, act: { sub: 'client:gateway' } });
  });

  it('keeps the trail of who acted before, and scope only shrinks on the way', async () => {
    const { accessToken } = await of.stand.open({ scope: ['articles:read'] });
    const first = tokenOf(
      await of.exchange('gateway', accessToken, { scope: 'articles:read articles:write' }),
    );
    expect(decodeJwt(first)['scope']).toBe('articles:read');
    const second = tokenOf(await of.exchange('ledger', first));
    expect(decodeJwt(second)).toMatchObject({
      iss: ISSUER,
      sub: 'user-ada',
      client_id: 'ledger',
      scope: 'articles:read',
      act: { sub: 'client:ledger', act: { sub: 'client:gateway' } },
    });
    expect(await of.exchange('gateway', second, { scope: 'articles:write' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_scope' },
    });
  });

  it('a machine may be acted for, and an actor_token says who acts where that is allowed', async () => {
    const [subjectToken, actorToken] = [await of.machineToken('gateway'), await of.machineToken('desk')];
    const own = tokenOf(await of.exchange('gateway', subjectToken));
    const made = await of.principalOf(tokenOf(await of.exchange('ledger', own, acting(actorToken))));
    expect(made).toMatchObject({ subject: 'client:gateway', actor: 'client:desk', clientId: 'ledger' });
    expect(made.claims['act']).toEqual({ sub: 'client:desk', act: { sub: 'client:gateway' } });
  });

  it('lives no longer than what it came from', async () => {
    const { accessToken, principal } = await of.stand.open({ accessTokenTtlMs: 30_000 });
    const { body } = await of.exchange('gateway', accessToken);
    expect(body['expires_in']).toBeLessThanOrEqual(30);
    expect(Number(decodeJwt(String(body['access_token'])).exp) * 1000).toBeLessThanOrEqual(
      principal.expiresAt,
    );
  });

  it.each<[string, (token: Awaited<ReturnType<GrantsStand['open']>>) => Promise<unknown>]>([
    [
      'its session',
      ({ principal }) => of.service(TokenBlacklistService).revokeSession(principal.sessionId ?? ''),
    ],
    ['its user', ({ principal }) => of.service(TokenBlacklistService).revokeSubject(principal.subject)],
    [
      'what its user may',
      ({ principal }) => of.service(TokenBlacklistService).expireAccessTokens(principal.subject),
    ],
    ['the subject token alone', ({ principal }) => of.service(TokenBlacklistService).revokeToken(principal)],
    [
      'the client of the subject token',
      () => of.service(TokenBlacklistService).revokeClient(confidentialClient.id),
    ],
    ['a client on the way', () => of.service(TokenBlacklistService).revokeClient('gateway')],
    ['its own client', () => of.service(TokenBlacklistService).revokeClient('ledger')],
    ['everything', () => of.service(TokenBlacklistService).revokeEverything()],
  ])('[7009-17] ends with %s, on every instance', async (_, revoke) => {
    const pair = await of.stand.open({});
    const first = tokenOf(await of.exchange('gateway', pair.accessToken));
    const second = tokenOf(await of.exchange('ledger', first));
    expect(await of.isGood(second)).toBe(true);
    await revoke(pair);
    expect(await of.isGood(second)).toBe(false);
    expect((await of.exchange('gateway', second)).body['error']).toBe('invalid_request');
  });

  it('ends with a machine whose own token it was', async () => {
    const subjectToken = await of.machineToken('gateway');
    const made = tokenOf(await of.exchange('gateway', subjectToken));
    await of.service(TokenBlacklistService).revokeToken(await of.principalOf(subjectToken));
    expect(await of.isGood(made)).toBe(false);
  });

  it('ends with who acts', async () => {
    const { accessToken } = await of.stand.open({});
    const actorToken = await of.machineToken('desk');
    const mine = tokenOf(await of.exchange('gateway', accessToken));
    const theirs = tokenOf(await of.exchange('ledger', mine, acting(actorToken)));
    await of.service(TokenBlacklistService).revokeToken(await of.principalOf(actorToken));
    expect([await of.isGood(theirs), await of.isGood(mine)]).toEqual([false, true]);
  });

  it('whoever acts logs nobody out', async () => {
    const { accessToken } = await of.stand.open({});
    const made = tokenOf(await of.exchange('gateway', accessToken));
    expect(
      (await of.stand.one.send('POST', '/auth/logout', { headers: { authorization: `Bearer ${made}` } }))
        .status,
    ).toBe(204);
    expect([await of.isGood(made), await of.isGood(accessToken)]).toEqual([false, true]);
  });
});
