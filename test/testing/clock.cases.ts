import { KeyRotationService } from 'nestjs-gatehouse';
import { ManualClock, overrideAuth } from 'nestjs-gatehouse/testing';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { TestInteraction } from '../support/oauth2/authorizations.js';
import { DEVICE_CODE, television } from '../support/oauth2/device-stand.js';
import { publicClient } from '../support/oauth2/grants-stand.js';
import { CALLBACK, issueCode } from '../support/oauth2/issued-codes.js';
import { OAuthCaller } from '../support/oauth2/oauth-caller.js';

const MINUTE_MS = 60_000;
const web = { ...publicClient, grants: ['authorization_code'], redirectUris: [CALLBACK] };

describe('the clock of a test', () => {
  const clock = new ManualClock(Date.now());
  let running: RunningApp;
  let http: OAuthCaller;

  beforeAll(async () => {
    running = await startApp({
      logger: false,
      override: (builder) => overrideAuth(builder, { clock }),
      options: { redis: 'redis://127.0.0.1:1', keys: { algorithm: 'ES256' }, dpop: true },
      extras: {
        oauth: {
          clients: [web, television],
          interaction: TestInteraction,
          deviceAuthorization: { verificationUri: '/device', interval: '1s' },
        },
      },
    });
    http = new OAuthCaller(running.url);
  });
  afterAll(() => running.close());

  it('moves authorization codes', async () => {
    const redeem = async (afterMs: number): Promise<number> => {
      const { form } = await issueCode(running.app, { client: web });
      clock.advance(afterMs);
      return (await http.token({ ...form, client_id: web.id })).status;
    };
    expect(await redeem(0)).toBe(200);
    expect(await redeem(MINUTE_MS + 1)).toBe(400);
  });

  it('moves devices that wait', async () => {
    const { body } = await http.form('/oauth/device_authorization', { client_id: television.id });
    const form = {
      grant_type: DEVICE_CODE,
      client_id: television.id,
      device_code: String(body['device_code']),
    };
    expect((await http.token(form)).body).toMatchObject({ error: 'authorization_pending' });
    clock.advance(11 * MINUTE_MS);
    expect((await http.token(form)).body).toMatchObject({ error: 'expired_token' });
  });

  it('moves keys: the next one signs once all may know it, and the last one goes with its tokens', async () => {
    const rotation = running.app.get(KeyRotationService);
    const states = (): readonly string[] => rotation.list().map(({ state }) => state);
    expect(states()).toEqual(['active']);
    await rotation.rotate();
    expect(states()).toEqual(['active', 'pending']);
    clock.advance(7 * MINUTE_MS);
    expect(states()).toEqual(['retiring', 'active']);
    clock.advance(24 * 60 * MINUTE_MS);
    expect(states()).toEqual(['active']);
  });
});
