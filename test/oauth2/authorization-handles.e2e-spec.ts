import { PendingAuthorizations } from '../../libs/auth/src/oauth2/authorization/pending-authorizations.js';
import { ISSUER } from '../support/app/start-app.js';
import { media } from '../support/app/stores.js';
import {
  ada,
  authorizationClients,
  begin,
  refusedWith,
  sentTo,
  service,
  TestInteraction,
  webClient,
} from '../support/oauth2/authorizations.js';
import { type GrantsStand, startGrantsStand } from '../support/oauth2/grants-stand.js';

type Approval = ReturnType<typeof ada>;

describe.each(media)('what waits for an answer (%s)', (medium) => {
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

  it('[6749-7] of many answers at once, at both instances, exactly one counts', async () => {
    const { handle, browser } = await begin(stand.one);
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, at) => {
        const service_ = at % 2 === 0 ? here() : service(stand.app);
        return at % 5 === 4 ? service_.deny(handle, browser) : service_.approve(handle, browser, ada());
      }),
    );
    const [only, ...others] = answers.filter(({ status }) => status === 'fulfilled');
    expect(only).toBeDefined();
    expect(others).toEqual([]);
  });

  it('is for the browser that began it, and for nobody who found its handle', async () => {
    const { handle, browser } = await begin(stand.one);
    const another = await begin(stand.one);
    const strangers = [
      another.browser,
      { headers: {} },
      { headers: { cookie: `x=${browser.headers.cookie}` } },
    ];
    const altered = [
      `${handle}A`,
      handle.slice(0, -1),
      handle.replace('.', '..'),
      `v2${handle.slice(2)}`,
      'v1..',
      '',
    ];
    for (const request of strangers)
      await expect(here().approve(handle, request, ada())).rejects.toMatchObject({ code: 'invalid_request' });
    for (const wrong of [...altered, undefined, [handle], 'x'.repeat(10_000)] as string[])
      await refusedWith(
        { code: 'invalid_request' },
        here().read(wrong, browser),
        here().approve(wrong, browser, ada()),
        here().deny(wrong, browser),
      );
    const [format, body = '', mac = ''] = handle.split('.');
    const content = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const widened = Buffer.from(JSON.stringify({ ...content, scope: ['admin'] })).toString('base64url');
    await expect(here().read(`${format}.${widened}.${mac}`, browser)).rejects.toMatchObject({
      code: 'invalid_request',
    });
    // None of that used it up, and cookies of others don't matter.
    const { cookie } = browser.headers;
    const crowded = { headers: { cookie: `a=b; ${cookie}; ${another.browser.headers.cookie}` } };
    expect(sentTo(await here().approve(handle, crowded, ada())).answer['code']).toBeDefined();
  });

  it.each<[string, () => Partial<Approval>]>([
    ['authenticatedAt', () => ({ authenticatedAt: undefined as unknown as number })],
    ['scope', () => ({ scope: undefined as unknown as string[] })],
    ['scope', () => ({ scope: 'articles:read' as unknown as string[] })],
    ['subject', () => ({ user: { subject: '' } })],
    [
      'two different users',
      () => {
        let calls = 0;
        return { user: async () => ({ subject: `user-${++calls}` }) };
      },
    ],
  ])('names what is wrong with an approval, and uses nothing up: %s (%#)', async (named, wrong) => {
    const { handle, browser } = await begin(stand.one);
    await expect(here().approve(handle, browser, { ...ada(), ...wrong() })).rejects.toThrow(named);
    await expect(here().approve(handle, {}, ada())).rejects.toThrow(TypeError);
    expect(await here().approve(handle, browser, ada())).toContain('code=');
  });

  it.each<[string, Readonly<Record<string, string>>, number, boolean]>([
    ['prompt=login', { prompt: 'login' }, -60_000, false],
    ['prompt=login', { prompt: 'login' }, 0, true],
    ['max_age', { max_age: '30' }, -60_000, false],
    ['max_age', { max_age: '90' }, -60_000, true],
    ['max_age=0', { max_age: '0' }, -60_000, false],
    ['neither', {}, -3_600_000, true],
  ])('[9470] holds the login to what the client asks for: %s (%#)', async (_name, asked, ageMs, isNew) => {
    const { handle, browser } = await begin(stand.one, asked);
    const old = here().approve(handle, browser, { ...ada(), authenticatedAt: Date.now() + ageMs });
    if (isNew) return expect(await old).toContain('code=');
    await expect(old).rejects.toMatchObject({ code: 'fresh_auth_required' });
    expect(await here().approve(handle, browser, ada())).toContain('code=');
  });

  it.each<[string, Parameters<GrantsStand['clients']['during']>[1]]>([
    ['that is gone', undefined],
    ['that lost its redirect URI', { redirectUris: ['https://app.test/other'] }],
  ])('[6749-6] sends nobody to a client %s', async (_name, changes) => {
    const { handle, browser } = await begin(stand.one);
    await stand.clients.during(webClient.id, changes, async () => {
      await refusedWith(
        { code: 'invalid_request' },
        here().read(handle, browser),
        here().approve(handle, browser, ada()),
        here().deny(handle, browser),
      );
    });
  });

  it('[6749-58] tells a client that lost the grant, or the scope, meanwhile', async () => {
    for (const [changes, error] of [
      [{ grants: ['refresh_token'] }, 'unauthorized_client'],
      [{ scope: ['articles:write'] }, 'invalid_scope'],
    ] as const) {
      const { handle, browser } = await begin(stand.one);
      const url = await stand.clients.during(webClient.id, changes, () =>
        here().approve(handle, browser, ada()),
      );
      expect(sentTo(url).answer).toMatchObject({ error, iss: ISSUER });
    }
  });

  it('expires', async () => {
    const { handle, browser } = await begin(stand.one);
    const { expiresAt } = await here().read(handle, browser);
    expect(expiresAt - Date.now()).toBeLessThanOrEqual(600_000);
    const pending = stand.otherApp.app.get(PendingAuthorizations);
    const cookie = browser.headers.cookie?.split('=')[1] ?? '';
    expect(pending.recall(handle, [cookie], expiresAt - 1)).toMatchObject({ expiresAt });
    expect(() => pending.recall(handle, [cookie], expiresAt)).toThrow('expired');
  });
});
