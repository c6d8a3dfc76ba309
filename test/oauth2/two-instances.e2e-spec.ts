import { platforms } from '../support/app/start-app.js';
import { startMedium, type TestMedium } from '../support/app/stores.js';
import { basic } from '../support/oauth2/oauth-caller.js';
import { OAuthStand } from '../support/oauth2/oauth-stand.js';
import { until } from '../support/until.js';

const kinds = platforms.flatMap((platform) =>
  [undefined, '1s' as const].map((maxStaleness) => ({ platform, maxStaleness })),
);

describe.each(kinds)(
  'clients of two instances ($platform, local copy $maxStaleness)',
  ({ platform, maxStaleness }) => {
    let stores: TestMedium;
    let one: OAuthStand;
    let other: OAuthStand;

    beforeAll(async () => {
      stores = await startMedium('redis');
      const options = maxStaleness === undefined ? {} : { tokenBlacklist: { maxStaleness } };
      const start = () => OAuthStand.start({ platform, redis: stores.redis, options });
      [one, other] = [await start(), await start()];
    });
    afterAll(async () => {
      await one?.close();
      await other?.close();
      await stores?.stop();
    });

    const isActive = async (stand: OAuthStand, token: string): Promise<unknown> =>
      (await stand.as('shop', '/oauth/introspect', { token })).body['active'];

    it.each(['accessToken', 'refreshToken'] as const)(
      '[7009-19] [7662-26] what is revoked at one is inactive at the other (%s)',
      async (kind) => {
        const pair = await one.session('shop');
        for (const token of [pair.accessToken, pair.refreshToken])
          expect(await isActive(other, token)).toBe(true);
        expect((await one.as('shop', '/oauth/revoke', { token: pair[kind] })).status).toBe(200);
        const isInForce = async () => (await isActive(other, pair.accessToken)) === false;
        if (maxStaleness === undefined) expect(await isInForce()).toBe(true);
        else await until('the revocation is known', isInForce);
        expect(await other.status(pair.accessToken)).toBe(401);
        expect(await isActive(other, pair.refreshToken)).toBe(kind === 'accessToken');
      },
    );

    it('[6749-2] guesses at one count at the other', async () => {
      const header = basic('other', 'wrong');
      const statuses: number[] = [];
      for (let round = 0; round < 5; round++)
        for (const stand of [one, other])
          statuses.push((await stand.form('/oauth/revoke', { token: 'x' }, { header })).status);
      expect(statuses.filter((status) => status === 401)).toHaveLength(5);
      expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    });
  },
);
