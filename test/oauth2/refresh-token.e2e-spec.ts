import { type OAuthClient, SessionService } from 'nestjs-gatehouse';
import type { Answer } from '../support/app/client.js';
import { startApp } from '../support/app/start-app.js';
import { everywhere } from '../support/app/stores.js';
import { basic, type OAuthCaller } from '../support/oauth2/oauth-caller.js';
import {
  appSecret,
  ChangingClients,
  confidentialClient,
  type GrantsStand,
  publicClient,
  startGrantsStand,
} from '../support/oauth2/grants-stand.js';

const BOTH = 'articles:read articles:write';

describe.each(everywhere)('a refresh token at the token endpoint, on $platform and $medium', (place) => {
  let stand: GrantsStand;

  beforeAll(async () => {
    stand = await startGrantsStand(place);
  });
  afterEach(() => {
    stand.users.isGone = false;
    stand.users.scope = undefined;
  });
  afterAll(() => stand.stop());

  const refresh = (
    refreshToken: string,
    form: Readonly<Record<string, string>> = {},
    { caller = stand.one, client = confidentialClient }: { caller?: OAuthCaller; client?: OAuthClient } = {},
  ): Promise<Answer> => {
    const isPublic = client.secretHashes === undefined;
    return caller.token(
      {
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        ...form,
        ...(isPublic && { client_id: client.id }),
      },
      isPublic ? {} : { header: basic(client.id, appSecret.secret) },
    );
  };
  /** Nothing had happened to the token. */
  const expectUnburnt = async (refreshToken: string, caller = stand.other): Promise<void> => {
    stand.told.length = 0;
    const answer = await refresh(refreshToken, {}, { caller });
    expect(answer.body).toMatchObject({ scope: BOTH, refresh_token: expect.any(String) });
    expect(stand.told).toEqual(['refresh.rotated']);
  };
  const successorOf = ({ body }: Answer): string => String(body['refresh_token']);
  const me = ({ body }: Answer) => stand.other.get('/auth/me', String(body['access_token']));

  it.each([confidentialClient, publicClient])(
    '[6749-12] [6749-10] [9700-46] is rotated for its client: $id',
    async (client) => {
      const { refreshToken } = await stand.open({ clientId: client.id });
      const answer = await refresh(refreshToken, {}, { client });
      expect(answer).toMatchObject({
        status: 200,
        body: {
          access_token: expect.any(String),
          token_type: 'Bearer',
          expires_in: client === publicClient ? 900 : 120,
          refresh_token: expect.any(String),
          scope: BOTH,
        },
      });
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('pragma')).toBe('no-cache');
      expect(successorOf(answer)).not.toBe(refreshToken);
      expect((await me(answer)).body).toMatchObject({ client_id: client.id, roles: ['reloaded'] });
    },
  );

  it('[6749-12] [6749-4] narrows the access token; the new refresh token keeps the scope of the first', async () => {
    const { refreshToken } = await stand.open({});
    const narrowed = await refresh(refreshToken, { scope: 'articles:read' });
    expect(narrowed.body['scope']).toBe('articles:read');
    expect((await me(narrowed)).body['scope']).toBe('articles:read');
    const whole = await refresh(successorOf(narrowed), {}, { caller: stand.other });
    expect(whole.body['scope']).toBe(BOTH);
  });

  it.each(['articles:read articles:delete', 'articles:delete', 'no"token'])(
    '[6749-12] refuses the scope %s, and burns nothing',
    async (scope) => {
      const { refreshToken } = await stand.open({});
      expect(await refresh(refreshToken, { scope })).toMatchObject({
        status: 400,
        body: { error: 'invalid_scope' },
      });
      await expectUnburnt(refreshToken);
    },
  );

  it('[6749-12] is of no use to another client, and not burnt by it', async () => {
    const { refreshToken } = await stand.open({});
    const elsewhere = await refresh(refreshToken, {}, { client: publicClient });
    expect(elsewhere).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    await expectUnburnt(refreshToken);
  });

  it('[6749-12] is one of a client or of a first-party session, never both', async () => {
    const own = await stand.one.login();
    expect((await refresh(own.refresh_token)).body['error']).toBe('invalid_grant');
    expect((await stand.other.refresh(own.refresh_token)).status).toBe(200);
    const { refreshToken } = await stand.open({});
    expect((await stand.one.refresh(refreshToken)).status).toBe(400);
    await expectUnburnt(refreshToken);
  });

  it('[12-C] gets the same successor again as long as nobody has used it', async () => {
    const { refreshToken } = await stand.open({});
    const answers = await Promise.all([
      refresh(refreshToken),
      refresh(refreshToken, {}, { caller: stand.other }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(successorOf(answers[0])).toBe(successorOf(answers[1]));
  });

  it('[9700-46] ends its session when it comes back after its successor was exchanged', async () => {
    const { refreshToken } = await stand.open({});
    const second = await refresh(refreshToken);
    const third = await refresh(successorOf(second), {}, { caller: stand.other });
    expect((await me(third)).status).toBe(200);
    const fourth = await refresh(successorOf(third));
    expect((await refresh(refreshToken)).body['error']).toBe('invalid_grant');
    expect((await me(fourth)).status).toBe(401);
    expect((await refresh(successorOf(fourth))).body['error']).toBe('invalid_grant');
  });

  it('[10.4] gets what its client may have by now', async () => {
    const { refreshToken } = await stand.open({});
    const { id } = confidentialClient;
    const changes = { scope: ['articles:read', 'articles:delete'], accessTokenTtlMs: 60_000 };
    const narrowed = await stand.clients.during(id, changes, () => refresh(refreshToken));
    expect(narrowed.body).toMatchObject({ scope: 'articles:read', expires_in: 60 });
    expect((await refresh(successorOf(narrowed))).body).toMatchObject({ scope: BOTH, expires_in: 120 });
  });

  it.each<[string, Partial<OAuthClient> | undefined, number, string]>([
    ['has no scope of it left', { scope: ['articles:delete'] }, 400, 'invalid_scope'],
    ['may not refresh any more', { grants: [] }, 400, 'unauthorized_client'],
    ['is gone', undefined, 401, 'invalid_client'],
  ])('[10.4] is refused and not burnt while its client %s', async (_, changes, status, error) => {
    const { refreshToken } = await stand.open({});
    const { id } = confidentialClient;
    const refused = await stand.clients.during(id, changes, () => refresh(refreshToken));
    expect(refused).toMatchObject({ status, body: { error } });
    await expectUnburnt(refreshToken);
  });

  it('[12-D] has the user asked for, who may have less by now', async () => {
    const { refreshToken } = await stand.open({});
    stand.users.scope = ['articles:read'];
    const lessened = await refresh(refreshToken);
    expect(lessened.body['scope']).toBe('articles:read');
    stand.users.scope = ['articles:delete'];
    expect((await refresh(successorOf(lessened))).body['error']).toBe('invalid_scope');
    stand.users.scope = undefined;
    await expectUnburnt(successorOf(lessened));
  });

  it('[12-D] ends its session when the user is gone', async () => {
    const { refreshToken, accessToken } = await stand.open({});
    stand.users.isGone = true;
    expect((await refresh(refreshToken)).body['error']).toBe('invalid_grant');
    expect((await stand.other.get('/auth/me', accessToken)).status).toBe(401);
  });

  it('a session without a scope has that of its client, and never more', async () => {
    const { refreshToken } = await stand.open({ scope: undefined });
    expect((await refresh(refreshToken, { scope: 'articles:read' })).body['error']).toBe('invalid_scope');
    expect((await refresh(refreshToken)).body['scope']).toBe(BOTH);
  });

  it.each(['an access token', 'nonsense'])('%s is none', async (kind) => {
    const { accessToken } = await stand.open({});
    const sent = kind === 'nonsense' ? kind : accessToken;
    const wrong = await refresh(sent);
    expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await stand.one.get('/auth/me', accessToken)).status).toBe(200);
  });

  it('[6749-3] [6749-11] has to be there', async () => {
    expect(await refresh('')).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });
});

it('[11-E] a legacy refresh token gets no session by a client that could not use it', async () => {
  const asked: string[] = [];
  const stand = await startGrantsStand({
    platform: 'express',
    medium: 'memory',
    logger: false,
    options: {
      legacy: {
        until: new Date(Date.now() + 86_400_000),
        refreshToken: (text) => (asked.push(text), { subject: 'mia' }),
      },
    },
  });
  const form = { grant_type: 'refresh_token', client_id: publicClient.id, refresh_token: 'of before' };
  expect((await stand.one.token(form)).body['error']).toBe('invalid_grant');
  expect(await stand.app.app.get(SessionService).list('mia')).toEqual([]);
  expect((await stand.one.refresh('of before')).status).toBe(200);
  expect(asked).toEqual(['of before']);
  await stand.stop();
});

describe('an OAuth client with the id of first-party sessions', () => {
  const namesake = { ...publicClient, id: 'first-party' };

  it('stops the boot where it is configured', async () => {
    await expect(
      startApp({ logger: false, extras: { oauth: { clients: [publicClient, namesake] } } }),
    ).rejects.toThrow("oauth.clients[1].id: 'first-party' is one of authentication.clientId");
  });

  it('is unknown where a registry has it', async () => {
    const stand = await startGrantsStand({ platform: 'express', medium: 'memory', clients: [namesake] });
    expect(await new ChangingClients(namesake).find('first-party')).toBe(namesake);
    const { refresh_token } = await stand.one.login();
    const form = { grant_type: 'refresh_token', client_id: 'first-party', refresh_token };
    expect(await stand.one.token(form)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    await stand.stop();
  });
});
