import type { OAuthClient } from 'nestjs-gatehouse';
import { Grants } from '../../libs/auth/src/oauth2/grants/grants.js';
import type { Answer } from '../support/app/client.js';
import { platforms, startApp } from '../support/app/start-app.js';
import { everywhere } from '../support/app/stores.js';
import { Warnings } from '../support/app/warnings.js';
import { basic, OAuthCaller } from '../support/oauth2/oauth-caller.js';
import {
  appSecret,
  confidentialClient,
  type GrantsStand,
  OAuthUsers,
  publicClient,
  startGrantsStand,
} from '../support/oauth2/grants-stand.js';

const oauth = { dangerouslyAllowPasswordGrant: true };
const firstParty = { ...publicClient, id: 'own app', isFirstParty: true, grants: ['password'] };
const thirdParty = { ...confidentialClient, id: 'their app', isFirstParty: false };
const header = basic(confidentialClient.id, appSecret.secret);

/** Sends a password as a confidential client does; it follows from the name unless a test says otherwise. */
const sendTo = (caller: GrantsStand['one'], username: string, form: Readonly<Record<string, string>> = {}) =>
  caller.token({ grant_type: 'password', username, password: `${username}-password`, ...form }, { header });

describe.each(everywhere)('[6749-8] the password grant, on $platform and $medium', (place) => {
  let stand: GrantsStand;

  beforeAll(async () => {
    stand = await startGrantsStand({
      ...place,
      logger: false,
      clients: [confidentialClient, firstParty, thirdParty],
      options: { authentication: { login: { extraFields: ['otp'] } } },
      oauth,
    });
  });
  afterEach(() => {
    stand.users.scope = undefined;
  });
  afterAll(() => stand.stop());

  const send = (username: string, form: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    sendTo(stand.one, username, form);

  it('[6749-10] opens a session of the user for the client', async () => {
    const answer = await send('ada', { otp: '123456' });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 120,
        refresh_token: expect.any(String),
        scope: 'articles:read articles:write',
      },
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const me = await stand.other.get('/auth/me', String(answer.body['access_token']));
    expect(me.body).toMatchObject({ sub: 'user-ada', client_id: confidentialClient.id, roles: ['ada'] });
    expect(stand.users.contexts.at(-1)).toMatchObject({
      clientId: confidentialClient.id,
      ip: expect.stringContaining('127.0.0.1'),
      extra: { otp: '123456' },
    });
    const form = { grant_type: 'refresh_token', refresh_token: String(answer.body['refresh_token']) };
    expect((await stand.other.token(form, { header })).body['scope']).toBe('articles:read articles:write');
    expect((await stand.one.refresh(form.refresh_token)).status).toBe(400);
  });

  it('[6749-4] grants what is asked for, as far as client and user may have it', async () => {
    stand.users.scope = ['articles:read', 'articles:delete'];
    expect((await send('ada')).body['scope']).toBe('articles:read');
    const asked = await send('ada', { scope: 'articles:write articles:read' });
    expect(asked.body['scope']).toBe('articles:read');
    for (const scope of ['articles:write', 'articles:delete', 'unheard:of']) {
      const answer = await send('ada', { scope });
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_scope' } });
    }
  });

  it('a client that may not refresh gets no refresh token', async () => {
    const form = { grant_type: 'password', client_id: firstParty.id, username: 'ada' };
    const answer = await stand.one.token({ ...form, password: 'ada-password' });
    expect(answer.status).toBe(200);
    expect(answer.body).not.toHaveProperty('refresh_token');
  });

  it('is for first-party clients', async () => {
    const form = { grant_type: 'password', username: 'ada', password: 'ada-password' };
    const answer = await stand.one.token(form, { header: basic(thirdParty.id, appSecret.secret) });
    expect(answer).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } });
  });

  it('[9.60] answers the same to a wrong password and to an unknown user, however the host says so', async () => {
    const before = stand.users.contexts.length;
    const wrong = [
      await send('ada', { password: 'wrong' }),
      await send('nobody', { password: 'wrong' }),
      await send('thrown', { password: 'wrong' }),
    ];
    expect(stand.users.contexts.length - before).toBe(wrong.length);
    const told = wrong.map(({ status, text, headers }) => {
      const { date: _date, ...others } = Object.fromEntries(headers);
      return { status, text, others };
    });
    expect(told[0]).toMatchObject({
      status: 400,
      text: expect.stringContaining('"invalid_grant"') as string,
    });
    expect(told[0]!.others).not.toHaveProperty('www-authenticate');
    expect(told.slice(1)).toEqual([told[0], told[0]]);
  });

  it.each([
    ['no user', { username: '' }],
    ['no password', { password: '' }],
    ['a long name', { username: 'x'.repeat(321) }],
    ['a long password', { password: 'x'.repeat(1025) }],
    ['a long further field', { otp: 'x'.repeat(4097) }],
  ])('[6749-3] refuses %s', async (_, form) => {
    const before = stand.users.contexts.length;
    expect(await send('ada', form)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(stand.users.contexts.length).toBe(before);
  });
});

describe.each(everywhere)('[6749-8] guesses of passwords, on $platform and $medium', (place) => {
  let stand: GrantsStand;

  beforeAll(async () => {
    const credentials = {
      perAccountAndAddress: [{ failures: 3, within: '1h' }],
      perAddress: [{ failures: 5, within: '1h' }],
    } as const;
    stand = await startGrantsStand({ ...place, options: { throttler: { credentials } }, oauth });
  });
  afterAll(() => stand.stop());

  it('use up the budgets of account and address, which are those of the login', async () => {
    for (const guess of ['a', 'b']) await sendTo(stand.one, 'ada', { password: guess });
    const login = await stand.other.post('/auth/login', { username: 'ada', password: 'c' });
    expect(login.status).toBe(401);
    const account = await sendTo(stand.one, 'ada');
    expect(account).toMatchObject({ status: 429, body: { error: 'temporarily_unavailable' } });
    expect(account.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect((await sendTo(stand.other, 'bob')).status).toBe(200);
    for (const name of ['eve', 'mia']) await sendTo(stand.other, name, { password: 'wrong' });
    expect((await sendTo(stand.one, 'bob')).status).toBe(429);
    expect((await stand.one.post('/auth/login', { username: 'bob', password: 'bob-password' })).status).toBe(
      429,
    );
  });
});

describe.each(platforms)('[9700-48] the password grant, switched on or not, on %s', (platform) => {
  const start = async (given: object) => {
    const logger = new Warnings();
    const stand = await startGrantsStand({ platform, medium: 'memory', logger, oauth: given });
    const { types } = stand.app.app.get(Grants, { strict: false });
    const lines = logger.lines.filter((line) => line.includes('dangerouslyAllowPasswordGrant'));
    const answer = await sendTo(stand.one, 'ada');
    await stand.stop();
    return { types, lines, answer };
  };

  it('is off unless it is switched on by its name', async () => {
    for (const given of [{}, { dangerouslyAllowPasswordGrant: false }]) {
      const { types, lines, answer } = await start(given);
      expect(answer).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } });
      expect([types.includes('password'), lines]).toEqual([false, []]);
    }
  });

  it('is told in a warning when it is on', async () => {
    const { types, lines, answer } = await start(oauth);
    expect(answer.status).toBe(200);
    expect([types.includes('password'), lines]).toEqual([true, [expect.stringContaining('RFC 9700')]]);
  });
});

describe('[9700-48] the options of the password grant', () => {
  const asked = (client: Partial<OAuthClient>, on: boolean) =>
    startApp({
      logger: false,
      extras: { oauth: { clients: [{ ...firstParty, ...client }], dangerouslyAllowPasswordGrant: on } },
    });

  it('are refused where they contradict each other', async () => {
    await expect(asked({}, false)).rejects.toThrow(
      'oauth.clients[0].grants: password needs oauth.dangerouslyAllowPasswordGrant: true',
    );
    await expect(asked({ isFirstParty: false }, true)).rejects.toThrow(
      'oauth.clients[0].grants: password is for clients that are isFirstParty',
    );
    const nobody = { userAuthenticator: undefined, endpoints: { auth: false as const } };
    await expect(
      startApp({ logger: false, extras: { ...nobody, oauth: { clients: [], ...oauth } } }),
    ).rejects.toThrow('userAuthenticator: is required by oauth.dangerouslyAllowPasswordGrant');
  });

  it('need no login endpoint', async () => {
    const extras = { endpoints: { auth: false as const }, userAuthenticator: OAuthUsers };
    const app = await startApp({
      logger: false,
      extras: { ...extras, oauth: { clients: [firstParty], ...oauth } },
    });
    const form = { grant_type: 'password', client_id: firstParty.id, username: 'ada' };
    expect((await new OAuthCaller(app.url).token({ ...form, password: 'ada-password' })).status).toBe(200);
    await app.close();
  });
});
