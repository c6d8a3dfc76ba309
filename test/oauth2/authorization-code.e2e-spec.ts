import { decodeJwt } from 'jose';
import { AuthEvents } from 'nestjs-gatehouse';
import { AuthorizationCodeStore } from '../../libs/auth/src/authorization-codes/authorization-code.store.js';
import { AUDIENCE } from '../support/app/start-app.js';
import { everywhere } from '../support/app/stores.js';
import {
  type CodeStand,
  kiosk,
  otherApp,
  spa,
  startCodeStand,
  webApp,
} from '../support/oauth2/code-stand.js';
import { until } from '../support/until.js';

const MCP = 'https://mcp.test/mcp';
const GOOD = { access: 200, refresh: 200 };
const DEAD = { access: 401, refresh: 400 };
const refused = { status: 400, body: { error: 'invalid_grant' } };

describe.each(everywhere)('an authorization code, on $platform and $medium', (place) => {
  let stand: CodeStand;

  beforeAll(async () => {
    stand = await startCodeStand({ ...place, logger: false, options: { audience: [AUDIENCE, MCP] } });
  });
  afterEach(() => {
    stand.users.isGone = false;
    stand.users.scope = undefined;
  });
  afterAll(() => stand.stop());

  it('[6749-10] [6749-4] is exchanged for tokens of the user, and the answer says the scope', async () => {
    const { form, sessionId } = await stand.issue({ login: { scope: ['articles:read'], amr: ['pwd'] } });
    const answer = await stand.redeem(form);
    expect(answer).toMatchObject({
      status: 200,
      body: { token_type: 'Bearer', expires_in: 120, scope: 'articles:read' },
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const claims = decodeJwt(String(answer.body['access_token']));
    expect(claims).toMatchObject({
      sub: 'user-ada',
      client_id: webApp.id,
      sid: sessionId,
      amr: ['pwd'],
      aud: [AUDIENCE, MCP],
    });
    expect(await stand.lives(answer)).toEqual(GOOD);
  });

  it('[7636-21] is exchanged by a public client, which gets a refresh token if it may use one', async () => {
    for (const client of [spa, kiosk]) {
      const { form } = await stand.issue({ client });
      const { status, body } = await stand.other.token({ ...form, client_id: client.id });
      expect([status, body['refresh_token'] !== undefined]).toEqual([200, client === spa]);
    }
  });

  it('[6749-5] works once: a second use is refused, and ends what the first one got', async () => {
    const { form, sessionId } = await stand.issue();
    const told: object[] = [];
    for (const { app } of new Set([stand.app, stand.otherApp]))
      app.get(AuthEvents).on('authorization-code.reuse', (event) => void told.push(event));
    const first = await stand.redeem(form);
    expect((await stand.other.get('/auth/me', String(first.body['access_token']))).status).toBe(200);
    expect(await stand.redeem(form, otherApp, 'other')).toMatchObject(refused);
    expect(told).toEqual([]);
    expect(await stand.redeem(form, webApp, 'other')).toMatchObject(refused);
    expect(told).toMatchObject([{ sessionId, clientId: webApp.id }]);
    expect(await stand.lives(first)).toEqual(DEAD);
    expect(await stand.redeem(form)).toMatchObject(refused);
  });

  it('[6749-5] of uses at once one gets tokens at most, and they are dead', async () => {
    const { form } = await stand.issue();
    const answers = await Promise.all(
      ['one', 'other', 'one', 'other'].map((at) => stand.redeem(form, webApp, at as 'one')),
    );
    const [first, ...others] = answers.filter(({ status }) => status === 200);
    expect(others).toEqual([]);
    for (const answer of answers) if (answer !== first) expect(answer).toMatchObject(refused);
    if (first !== undefined) expect(await stand.lives(first)).toEqual(DEAD);
  });

  it('[6749-7] is not used up by another client, whose repetition ends nothing either', async () => {
    const { form } = await stand.issue();
    expect(await stand.redeem(form, otherApp)).toMatchObject(refused);
    expect(await stand.one.token({ ...form, client_id: spa.id })).toMatchObject(refused);
    const answer = await stand.redeem(form);
    expect(answer.status).toBe(200);
    expect(await stand.redeem(form, otherApp)).toMatchObject(refused);
    expect(await stand.lives(answer)).toEqual(GOOD);
  });

  it.each([
    ['[7636-22] without the verifier', { code_verifier: '' }],
    ['[7636-22] with the verifier of another code', { code_verifier: 'b'.repeat(43) }],
    ['[7636-21] with a verifier of 42 characters', { code_verifier: 'a'.repeat(42) }],
    ['[7636-21] with a verifier of 129 characters', { code_verifier: 'a'.repeat(129) }],
    ['[7636-21] with a verifier of other characters', { code_verifier: `${'a'.repeat(43)}+` }],
    ['[6749-7] without the redirect URI', { redirect_uri: '' }],
    ['[6749-7] with another redirect URI', { redirect_uri: 'https://app.test/callback' }],
  ])('%s it is refused, and burnt', async (_, wrong) => {
    const { form } = await stand.issue();
    expect(await stand.redeem({ ...form, ...wrong })).toMatchObject(refused);
    expect(await stand.redeem(form)).toMatchObject(refused);
  });

  it.each([
    ['is unknown', { code: 'guessed' }, 'invalid_grant'],
    ['is missing', { code: '' }, 'invalid_request'],
  ])('is refused where it %s', async (_, wrong, error) => {
    const { form } = await stand.issue();
    expect(await stand.redeem({ ...form, ...wrong })).toMatchObject({ status: 400, body: { error } });
  });

  it('[6749-5] is refused once its time is over', async () => {
    const { form, code } = await stand.issue({ ttlMs: 1 });
    const codes = stand.app.app.get(AuthorizationCodeStore);
    await until('the code is over', async () => (await codes.recall(code)).verdict === 'unknown');
    expect(await stand.redeem(form)).toMatchObject(refused);
  });

  it('[6749-3] is refused where something is said twice, and not used up by that', async () => {
    const { form, code } = await stand.issue();
    const twice = new URLSearchParams([...Object.entries(form), ['code', code]]).toString();
    const answer = await stand.redeem(twice as never);
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect((await stand.redeem(form)).status).toBe(200);
  });

  it('[8707] is for the resource that was agreed to, and may be narrowed to one where none was', async () => {
    const audienceOf = async (resource: string | undefined, form: object) => {
      const issued = await stand.issue({ login: { resource } });
      const { body } = await stand.redeem({ ...issued.form, ...form });
      return decodeJwt(String(body['access_token'])).aud;
    };
    expect(await audienceOf(MCP, {})).toBe(MCP);
    expect(await audienceOf(MCP, { resource: MCP })).toBe(MCP);
    expect(await audienceOf(undefined, { resource: MCP })).toBe(MCP);
    const { form } = await stand.issue({ login: { resource: MCP } });
    for (const resource of [AUDIENCE, 'https://other.test']) {
      const answer = await stand.redeem({ ...form, resource });
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_target' } });
    }
    expect((await stand.redeem(form)).status).toBe(200);
  });

  it('[12] is for what the user may by now, within what was agreed to', async () => {
    stand.users.scope = ['articles:write', 'articles:admin'];
    const { form } = await stand.issue();
    const { body } = await stand.redeem(form);
    expect(body['scope']).toBe('articles:write');
    expect(decodeJwt(String(body['access_token']))['roles']).toEqual(['reloaded']);
  });

  it('[12] gets nothing, and is not used up, while client or user may have nothing of it', async () => {
    const { form } = await stand.issue({ login: { scope: ['articles:read'] } });
    const nothing = { status: 400, body: { error: 'invalid_scope' } };
    stand.users.scope = ['articles:write'];
    expect(await stand.redeem(form)).toMatchObject(nothing);
    stand.users.scope = undefined;
    await stand.clients.during(webApp.id, { scope: ['articles:write'] }, async () => {
      expect(await stand.redeem(form)).toMatchObject(nothing);
    });
    expect((await stand.redeem(form)).status).toBe(200);
  });
});
