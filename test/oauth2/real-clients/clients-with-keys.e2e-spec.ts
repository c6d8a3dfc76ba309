import { calculateThumbprint, generateKeyPair, generateProof, type JWSAlgorithm } from 'dpop';
import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import { Client } from '../../support/app/client.js';
import { platforms, type RunningApp } from '../../support/app/start-app.js';
import { basic } from '../../support/oauth2/oauth-caller.js';
import { browse, CLIENT, PUBLIC_CLIENT, startClientStand } from './client-stand.js';
import { discover, oauth4webapi } from './oauth4webapi-client.js';
import { openidClient } from './openid-client.js';
import type { RealClient } from './real-client.js';

const insecure = { [oauth.allowInsecureRequests]: true };

describe.each(platforms)('client libraries that prove a key, with nonces, on %s', (platform) => {
  let running: RunningApp;

  beforeAll(async () => {
    running = await startClientStand(platform, (url) => ({
      audience: url,
      protectedResource: { scopesSupported: ['articles:read'] },
      dpop: { required: true, nonce: true },
    }));
  });
  afterAll(() => running.close());

  const statusAsBearer = async (token: string) =>
    (await new Client(running.url).get('/auth/me', token)).status;

  describe.each([oauth4webapi, openidClient])('$name', (library) => {
    let client: RealClient;
    let ofPublic: RealClient;

    const start = (identity: typeof CLIENT | typeof PUBLIC_CLIENT): Promise<RealClient> =>
      library.start({ issuer: running.url, ...identity, provesKey: true });
    const refusal = (attempt: Promise<unknown>) =>
      attempt.then(() => Promise.reject(new Error('it is not refused')), library.told);
    /** What a token says when its holder reads the resource. */
    const read = async (by: RealClient, token: string) =>
      (await by.read?.(`${running.url}/auth/me`, token))?.json() as Promise<unknown>;

    beforeAll(async () => {
      [client, ofPublic] = await Promise.all([start(CLIENT), start(PUBLIC_CLIENT)]);
    });

    it('[9449-42] asks again with the nonce, at the token endpoint and at a resource', async () => {
      const { accessToken } = await client.clientCredentials('articles:read');
      expect(await read(client, accessToken)).toMatchObject({ sub: `client:${CLIENT.id}` });
      // Elsewhere it has no nonce yet, and proves another key.
      const stranger = await start(CLIENT);
      expect(await refusal(read(stranger, accessToken))).toMatchObject({ status: 401 });
      expect(await statusAsBearer(accessToken)).toBe(401);
    });

    it('[9449-40] logs a user in, refreshes, is asked about and ends the session', async () => {
      const first = await client.password('ada', 'ada-password');
      const next = await client.refresh(first);
      expect(await read(client, next.accessToken)).toMatchObject({ sub: 'user-ada' });
      expect(await client.introspect?.(next.accessToken)).toMatchObject({
        active: true,
        token_type: 'DPoP',
        cnf: { jkt: expect.stringMatching(/^[\w-]{43}$/) as string },
      });
      await client.revoke(next);
      expect(await client.introspect?.(next.accessToken)).toEqual({ active: false });
      expect(await refusal(read(client, next.accessToken))).toMatchObject({ status: 401 });
    });

    it('[9449-40] is authorised by a user, by a code that is bound to its key', async () => {
      const { accessToken } = await client.authorizationCode(browse);
      expect(await read(client, accessToken)).toMatchObject({ sub: 'ada', scope: 'articles:read' });
    });

    it('[9449-40] refreshes without a secret while it holds the key, and only then', async () => {
      const first = await ofPublic.authorizationCode(browse);
      const thief = await start(PUBLIC_CLIENT);
      expect(await refusal(thief.refresh(first))).toEqual({ status: 400, word: 'invalid_grant' });
      const next = await ofPublic.refresh(first);
      expect(await read(ofPublic, next.accessToken)).toMatchObject({
        sub: 'ada',
        client_id: PUBLIC_CLIENT.id,
      });
      await ofPublic.revoke(next);
      expect(await refusal(ofPublic.refresh(next))).toEqual({ status: 400, word: 'invalid_grant' });
    });
  });

  describe('oauth4webapi, which knows the resource only', () => {
    const metadataOf = async (response: Response) =>
      oauth.processResourceDiscoveryResponse(new URL(running.url), response);

    it('[9728-30] is led by the challenge to the server that issues tokens, and comes back with one', async () => {
      const me = new URL(`${running.url}/auth/me`);
      const refused = oauth.protectedResourceRequest('expired', 'GET', me, undefined, undefined, insecure);
      const challenges = await refused.then(
        () => [],
        (error: oauth.WWWAuthenticateChallengeError) => error.cause,
      );
      expect(challenges.map(({ scheme }) => scheme)).toEqual(['bearer', 'dpop']);
      const told = challenges.map(({ parameters }) => parameters.resource_metadata ?? '');
      expect(new Set(told).size).toBe(1);
      const resource = await metadataOf(await fetch(told[0] ?? ''));
      expect(resource.scopes_supported).toEqual(['articles:read']);
      const [issuer = ''] = resource.authorization_servers ?? [];
      expect((await discover(issuer)).dpop_signing_alg_values_supported).toContain('ES256');
      const client = await oauth4webapi.start({ issuer, ...CLIENT, provesKey: true });
      const { accessToken } = await client.clientCredentials('articles:read');
      expect(decodeJwt(accessToken).aud).toBe(resource.resource);
      expect((await client.read?.(me.href, accessToken))?.status).toBe(200);
    });

    it('[9728-30] finds its metadata by its address, and the algorithms of proofs', async () => {
      const resource = await metadataOf(await oauth.resourceDiscoveryRequest(new URL(running.url), insecure));
      expect(resource.authorization_servers).toEqual([running.url]);
      expect(resource.dpop_signing_alg_values_supported).toEqual(
        expect.arrayContaining(['ES256', 'RS256', 'PS256']),
      );
    });
  });

  describe('dpop', () => {
    const client = basic(CLIENT.id, CLIENT.secret);
    const algorithms: readonly JWSAlgorithm[] = ['ES256', 'RS256', 'PS256'];

    const ask = (dpop: string) => {
      const headers = { authorization: client, dpop, 'content-type': 'application/x-www-form-urlencoded' };
      const body = 'grant_type=client_credentials';
      return new Client(running.url).send('POST', '/oauth/token', { headers, body });
    };

    it.each(algorithms)(
      '[9449-39] makes proofs by %s that are taken, and names the key as we do',
      async (alg) => {
        const pair = await generateKeyPair(alg);
        const [tokenUrl, meUrl] = [`${running.url}/oauth/token`, `${running.url}/auth/me`];
        const refused = await ask(await generateProof(pair, tokenUrl, 'POST'));
        expect(refused).toMatchObject({ status: 400, body: { error: 'use_dpop_nonce' } });
        const nonce = refused.headers.get('dpop-nonce') ?? '';
        const { body } = await ask(await generateProof(pair, tokenUrl, 'POST', nonce));
        expect(body).toMatchObject({ token_type: 'DPoP' });
        const token = String(body['access_token']);
        const headers = {
          authorization: `DPoP ${token}`,
          dpop: await generateProof(pair, meUrl, 'GET', nonce, token),
        };
        const me = await new Client(running.url).send('GET', '/auth/me', { headers });
        expect(me.status).toBe(200);
        // An API of others takes the two together as well, and the token alone not.
        const as = await discover(running.url);
        const shown = (init: Record<string, string>) =>
          oauth.validateJwtAccessToken(as, new Request(meUrl, { headers: init }), running.url, insecure);
        expect(await shown(headers)).toMatchObject({
          cnf: { jkt: await calculateThumbprint(pair.publicKey) },
        });
        await expect(shown({ authorization: `Bearer ${token}` })).rejects.toThrow('DPoP');
      },
    );
  });
});
