import { TokenBlacklistService } from 'nestjs-gatehouse';
import { AuthorizationCodeStore } from '../../libs/auth/src/authorization-codes/authorization-code.store.js';
import { ISSUER } from '../support/app/start-app.js';
import { media } from '../support/app/stores.js';
import {
  ada,
  authorizationClients,
  begin,
  refusedWith,
  CALLBACK,
  sentTo,
  service,
  soundRequest,
  TestInteraction,
  verifier,
  webClient,
} from '../support/oauth2/authorizations.js';
import { type GrantsStand, startGrantsStand } from '../support/oauth2/grants-stand.js';

type Approval = ReturnType<typeof ada>;

describe.each(media)('answers to authorization requests (%s)', (medium) => {
  let stand: GrantsStand;

  beforeAll(async () => {
    stand = await startGrantsStand({
      platform: medium === 'memory' ? 'express' : 'fastify',
      medium,
      clients: authorizationClients,
      oauth: { interaction: TestInteraction },
    });
  });
  afterAll(() => stand.stop());

  // Whatever begins at one instance is answered at the other.
  const here = () => service(stand.otherApp);
  const contentOf = async (url: string) => {
    const { code = '' } = sentTo(url).answer;
    const recalled = await stand.app.app.get(AuthorizationCodeStore).recall(code);
    if (recalled.verdict !== 'issued') throw new Error(`the code is ${recalled.verdict}`);
    return { ...recalled.content, login: JSON.parse(recalled.content.login) as object };
  };
  const approved = async (changes: Readonly<Record<string, string>>, approval: Partial<Approval> = {}) => {
    const { handle, browser } = await begin(stand.one, changes);
    return here().approve(handle, browser, { ...ada(), ...approval });
  };
  const anew = { code: 'invalid_request', message: expect.stringContaining('answered already') as string };

  it('[6749-7] [7636-58] a code stands for user, client, redirect URI and challenge', async () => {
    const authenticatedAt = Date.now() - 5_000;
    const url = await approved(
      { resource: 'https://api.test', scope: 'articles:read articles:write' },
      {
        user: {
          subject: 'ada',
          roles: ['reader'],
          amr: ['pwd'],
          acr: 'gold',
          claims: { plan: 'free' },
          sessionData: { tenant: 'a' },
          answer: { user: 'told at a login only' },
        },
        authenticatedAt,
        amr: ['hwk'],
      },
    );
    const content = await contentOf(url);
    expect(content).toEqual({
      clientId: webClient.id,
      redirectUri: CALLBACK,
      codeChallenge: soundRequest['code_challenge'],
      sessionId: expect.stringMatching(/^[\w-]{44}$/) as string,
      revocations: expect.any(String) as string,
      login: {
        subject: 'ada',
        clientId: webClient.id,
        roles: ['reader'],
        scope: ['articles:read', 'articles:write'],
        authenticatedAt,
        amr: ['hwk'],
        acr: 'gold',
        claims: { plan: 'free' },
        sessionData: { tenant: 'a' },
        resource: 'https://api.test',
      },
    });
  });

  it.each<[string, Partial<Approval>, string[]]>([
    ['what was agreed to', { scope: ['articles:write'] }, ['articles:write']],
    [
      'no more than was asked for',
      { scope: ['articles:read', 'admin'] },
      ['articles:read', 'articles:write'],
    ],
    [
      'what the user may have',
      { user: { subject: 'ada', scope: ['articles:write', 'admin'] } },
      ['articles:write'],
    ],
  ])('[6749-58] grants %s', async (_name, approval, most) => {
    const { login } = await contentOf(await approved({ scope: 'articles:read articles:write' }, approval));
    const { scope } = login as { scope: string[] };
    expect(most).toEqual(expect.arrayContaining(scope));
    expect(scope).not.toEqual([]);
  });

  it('[6749-58] grants what the client may have, where it asks for nothing by name', async () => {
    const { handle, browser } = await begin(stand.one, { scope: undefined });
    expect(await here().read(handle, browser)).toMatchObject({ scope: webClient.scope });
  });

  it.each<[string, Partial<Approval>]>([
    ['invalid_scope', { scope: [] }],
    ['invalid_scope', { user: { subject: 'ada', scope: ['admin'] } }],
    ['access_denied', { user: async () => undefined }],
  ])('[6749-6] [9207-29] tells the client %s when that is the answer (%#)', async (error, approval) => {
    const { handle, browser } = await begin(stand.one);
    const { to, answer } = sentTo(await here().approve(handle, browser, { ...ada(), ...approval }));
    expect(to).toBe('https://app.test/callback');
    expect(answer).toMatchObject({ error, state: soundRequest['state'], iss: ISSUER });
    await expect(here().approve(handle, browser, ada())).rejects.toMatchObject(anew);
  });

  it.each([undefined, 'login_required', 'consent_required'] as const)(
    '[6749-6] [9207-29] tells the client that the user does not agree: %s',
    async (error) => {
      const { handle, browser } = await begin(stand.one);
      const { answer } = sentTo(await here().deny(handle, browser, error));
      expect(answer).toEqual({ error: error ?? 'access_denied', state: soundRequest['state'], iss: ISSUER });
      await refusedWith(
        anew,
        here().approve(handle, browser, ada()),
        here().deny(handle, browser),
        here().read(handle, browser),
        service(stand.app).read(handle, browser),
      );
    },
  );

  it('asks for the user again once it knows what was revoked by then', async () => {
    let asked = 0;
    const content = await contentOf(
      await approved({}, { user: async () => ({ subject: 'ada', roles: [`asked-${++asked}`] }) }),
    );
    expect(content.login).toMatchObject({ roles: ['asked-2'] });
  });

  it('[6749-7] [6749-58] the code is good for tokens, at either instance', async () => {
    const { code = '' } = sentTo(
      await approved({ scope: 'articles:read articles:write' }, { scope: ['articles:write'] }),
    ).answer;
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, client_id: webClient.id };
    const answer = await stand.one.token({ ...form, code_verifier: verifier });
    expect(answer).toMatchObject({ status: 200, body: { scope: 'articles:write', token_type: 'Bearer' } });
    expect((await stand.other.get('/auth/me', String(answer.body['access_token']))).body).toMatchObject({
      sub: 'ada',
      client_id: webClient.id,
    });
  });

  it('[6749-58] the code of a user who was logged out since is refused', async () => {
    const { code = '' } = sentTo(await approved({}, { user: { subject: 'grace' } })).answer;
    await stand.app.app.get(TokenBlacklistService).revokeSubject('grace');
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, client_id: webClient.id };
    const answer = await stand.one.token({ ...form, code_verifier: verifier });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });
});
