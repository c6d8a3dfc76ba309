import { decodeJwt } from 'jose';
import type { Answer } from '../support/app/client.js';
import { AUDIENCE, type RunningApp, startApp } from '../support/app/start-app.js';
import { everywhere } from '../support/app/stores.js';
import { basic, OAuthCaller } from '../support/oauth2/oauth-caller.js';
import {
  appSecret,
  confidentialClient,
  type GrantsStand,
  startGrantsStand,
} from '../support/oauth2/grants-stand.js';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';

const MCP = 'https://mcp.test/mcp?tenant=a';
const audience = [AUDIENCE, MCP, 'a name of before'];
const oauth = { dangerouslyAllowPasswordGrant: true };
const header = basic(confidentialClient.id, appSecret.secret);
const machine = { grant_type: 'client_credentials' };
const user = { grant_type: 'password', username: 'ada', password: 'ada-password' };

const audienceOf = ({ body }: Answer) => decodeJwt(String(body['access_token'])).aud;

describe.each(everywhere)('[8707] [9700-47] resource indicators, on $platform and $medium', (place) => {
  let stand: GrantsStand;

  beforeAll(async () => {
    stand = await startGrantsStand({ ...place, logger: false, options: { audience }, oauth });
  });
  afterAll(() => stand.stop());

  const send = (form: Readonly<Record<string, string>> | string) => stand.one.token(form, { header });
  const refresh = ({ body }: Answer, form: Readonly<Record<string, string>> = {}) =>
    send({ grant_type: 'refresh_token', refresh_token: String(body['refresh_token']), ...form });

  it.each([
    ['a machine', machine],
    ['a user', user],
  ])('a token of %s is for the resource that was named, and for all of them without', async (_, form) => {
    for (const [resource, aud] of [
      [MCP, MCP],
      ['https://api.test', AUDIENCE],
      ['HTTPS://API.test:443/', AUDIENCE],
      ['', audience],
    ] as const) {
      const answer = await send({ ...form, resource });
      expect([answer.status, audienceOf(answer)]).toEqual([200, aud]);
      expect((await stand.other.get('/auth/me', String(answer.body['access_token']))).status).toBe(200);
    }
  });

  it.each([
    ['another one', 'https://other.test'],
    ['part of one', 'https://mcp.test/mcp'],
    ['one with a fragment', `${AUDIENCE}#me`],
    ['one with an empty fragment', `${AUDIENCE}#`],
    ['a path', '/mcp'],
    ['a name that is no URI', 'a name of before'],
    ['white space around one', ` ${AUDIENCE}`],
    ['a control character behind one', `https://api.test\0`],
  ])('%s is invalid_target', async (_, resource) => {
    for (const form of [machine, user]) {
      const answer = await send({ ...form, resource });
      expect(answer).toMatchObject({
        status: 400,
        body: { error: 'invalid_target', error_description: expect.any(String) },
      });
      expect(answer.text).not.toContain(resource);
    }
  });

  it('one is all that may be named', async () => {
    const form = new URLSearchParams([...Object.entries(machine), ['resource', MCP], ['resource', AUDIENCE]]);
    expect(await send(form.toString())).toMatchObject({
      status: 400,
      body: { error: 'invalid_target', error_description: 'name one resource: a token is for one' },
    });
  });

  it('a session for one resource stays one', async () => {
    const first = await send({ ...user, resource: MCP });
    const second = await refresh(first);
    expect(audienceOf(second)).toBe(MCP);
    stand.told.length = 0;
    const widened = await refresh(second, { resource: AUDIENCE });
    expect(widened).toMatchObject({ status: 400, body: { error: 'invalid_target' } });
    expect(audienceOf(await refresh(second, { resource: MCP }))).toBe(MCP);
    expect(stand.told).toEqual(['refresh.rotated']);
  });

  it('a session for all of them may have access tokens for one', async () => {
    const narrowed = await refresh(await send(user), { resource: MCP });
    expect(audienceOf(narrowed)).toBe(MCP);
    expect(audienceOf(await refresh(narrowed))).toEqual(audience);
  });
});

describe('[9700-47] the audience of a resource server', () => {
  let redis: StandaloneRedis;
  const apps: RunningApp[] = [];

  beforeAll(async () => {
    redis = await startStandalone();
  });
  afterAll(async () => {
    for (const app of apps) await app.close();
    await redis.stop();
  });

  it('[10.3.1-57] alone decides which tokens it accepts', async () => {
    const start = async (own: string | string[]): Promise<OAuthCaller> => {
      const app = await startApp({
        logger: false,
        options: { audience: own, redis: { url: redis.url, deadline: '5s' } },
        extras: { oauth: { clients: [{ ...confidentialClient, grants: ['client_credentials'] }] } },
      });
      apps.push(app);
      return new OAuthCaller(app.url);
    };
    const [server, api, mcp] = [await start(audience), await start(AUDIENCE), await start(MCP)];
    const status = async (caller: OAuthCaller, resource: string) => {
      const { body } = await server.token({ ...machine, resource }, { header });
      return (await caller.get('/auth/me', String(body['access_token']))).status;
    };
    expect([await status(api, MCP), await status(mcp, AUDIENCE)]).toEqual([401, 401]);
    expect([await status(api, AUDIENCE), await status(mcp, MCP), await status(mcp, '')]).toEqual([
      200, 200, 200,
    ]);
  });
});
