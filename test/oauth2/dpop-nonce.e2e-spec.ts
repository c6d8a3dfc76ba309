import { platforms } from '../support/app/start-app.js';
import { startMedium, type TestMedium } from '../support/app/stores.js';
import { DPoPCaller } from '../support/dpop/dpop-caller.js';
import { holder } from '../support/dpop/proofs.js';
import { basic } from '../support/oauth2/oauth-caller.js';
import { CLIENT_SECRET, OAuthStand } from '../support/oauth2/oauth-stand.js';

const client = basic('job', CLIENT_SECRET);
const credentials = { grant_type: 'client_credentials' };

describe.each(platforms)('DPoP with nonces, required, behind a proxy (%s)', (platform) => {
  let stands: OAuthStand[];
  let one: DPoPCaller;
  let other: DPoPCaller;
  const baseUrl = 'https://public.test/api/';
  const tokenUrl = 'https://public.test/api/oauth/token';
  const meUrl = 'https://public.test/api/auth/me';

  beforeAll(async () => {
    const options = { dpop: { nonce: true, required: true, baseUrl }, throttler: false } as const;
    // They share nothing but the secret.
    stands = await Promise.all([0, 1].map(() => OAuthStand.start({ platform, options })));
    const by = holder();
    [one, other] = stands.map((stand) => new DPoPCaller(stand.url, by)) as [DPoPCaller, DPoPCaller];
  });
  afterAll(() => Promise.all((stands ?? []).map((stand) => stand.close())));

  const nonceOf = async (): Promise<string> =>
    String((await one.ask(credentials, { client, htu: tokenUrl })).headers.get('dpop-nonce'));

  it('[9449-42] answers 400 with a nonce at the token endpoint, and takes it on any instance', async () => {
    const refused = await one.ask(credentials, { client, htu: tokenUrl });
    expect(refused).toMatchObject({ status: 400, body: { error: 'use_dpop_nonce' } });
    expect(refused.headers.get('www-authenticate')).toBeNull();
    expect(refused.headers.get('cache-control')).toBe('no-store');
    const nonce = refused.headers.get('dpop-nonce');
    for (const caller of [one, other])
      expect(await caller.ask(credentials, { client, htu: tokenUrl, claims: { nonce } })).toMatchObject({
        status: 200,
        body: { token_type: 'DPoP' },
      });
  });

  it('[9449-42] answers 401 with a nonce at a route', async () => {
    const call = { client, htu: tokenUrl, claims: { nonce: await nonceOf() } };
    const token = String((await one.ask(credentials, call)).body['access_token']);
    const refused = await one.call('/auth/me', token, { htu: meUrl });
    expect(refused).toMatchObject({ status: 401, body: { code: 'use_dpop_nonce' } });
    expect(refused.headers.get('www-authenticate')).toMatch(
      /^DPoP realm="api", error="use_dpop_nonce", .*algs=/,
    );
    const nonce = refused.headers.get('dpop-nonce');
    const claims = { nonce };
    expect((await one.call('/auth/me', token, { htu: meUrl, claims })).status).toBe(200);
    // The clock of the client doesn't matter then.
    expect((await one.call('/auth/me', token, { htu: meUrl, claims: { nonce, iat: 1 } })).status).toBe(200);
    expect(await one.call('/auth/me', token, { claims })).toMatchObject({
      body: { code: 'invalid_dpop_proof' },
    });
  });

  it('[9449-40] gives no client a token without a proof', async () => {
    const refused = await one.ask(credentials, { client, text: null });
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_dpop_proof' } });
    expect(refused.headers.get('dpop-nonce')).toMatch(/^[\w-]+$/);
  });
});

describe('DPoP switched off, or without its store', () => {
  it('[9449-41] refuses a bound token all the same', async () => {
    const keys = { secret: 'an HS256 secret for tests, long enough' };
    const on = await OAuthStand.start({ options: { dpop: true, keys } });
    const off = await OAuthStand.start({ options: { keys } });
    const caller = new DPoPCaller(on.url, holder());
    const token = String((await caller.ask(credentials, { client })).body['access_token']);
    expect((await caller.call('/auth/me', token)).status).toBe(200);
    const there = new DPoPCaller(off.url, caller.by);
    for (const scheme of ['Bearer', 'DPoP']) {
      const answer = await there.call('/auth/me', token, { scheme });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).not.toContain('DPoP');
    }
    const { body } = await there.ask(credentials, { client, text: 'x' });
    expect(body).toMatchObject({ token_type: 'Bearer' });
    await Promise.all([on.close(), off.close()]);
  });

  it('[9449-43] answers 503 while nobody can tell whether a proof was used, and burns no refresh token', async () => {
    const medium: TestMedium = await startMedium('redis');
    const stand = await OAuthStand.start({ redis: medium.redis, options: { dpop: true } });
    const caller = new DPoPCaller(stand.url, holder());
    const token = String((await caller.ask(credentials, { client })).body['access_token']);
    await medium.stop();
    for (const answer of [await caller.ask(credentials, { client }), await caller.call('/auth/me', token)]) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).not.toBeNull();
    }
    await stand.close();
  });
});
