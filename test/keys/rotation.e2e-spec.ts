import { Controller, Get } from '@nestjs/common';
import { CurrentUser, KeyRotationService } from 'nestjs-gatehouse';
import { KeyRing } from '../../libs/auth/src/keys/key-ring.js';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { startMedium, type TestMedium } from '../support/app/stores.js';
import { until } from '../support/until.js';

@Controller('me')
class MeController {
  @Get()
  me(@CurrentUser('subject') subject: string): string {
    return subject;
  }
}

const OVERLAP = '300ms';

describe.each(platforms)('[04] two instances while keys rotate (%s)', (platform) => {
  let medium: TestMedium;
  let running: RunningApp[];
  let clients: Client[];

  beforeAll(async () => {
    medium = await startMedium('redis');
    const start = (): Promise<RunningApp> =>
      startApp({
        platform,
        options: {
          ...(medium.redis && { redis: medium.redis }),
          keys: {
            algorithm: 'ES256',
            jwksMaxAge: OVERLAP,
            rotation: { prePublish: OVERLAP },
          },
          throttler: false,
        },
        controllers: [MeController],
      });
    running = [await start(), await start()];
    clients = running.map(({ url }) => new Client(url));
  }, 60_000);

  afterAll(async () => {
    for (const { close } of running ?? []) await close();
    await medium.stop();
  });

  const keyIds = (): string[] => running.map(({ app }) => app.get(KeyRing).active().kid);
  const rotation = (at: number): KeyRotationService =>
    running[at % running.length]!.app.get(KeyRotationService);

  it('serves every request through five rotations', async () => {
    const over = new AbortController();
    const statuses = new Map<number, number>();
    const count = (status: number): void => void statuses.set(status, (statuses.get(status) ?? 0) + 1);

    const user = async (home: Client, away: Client): Promise<void> => {
      let { access_token: token, refresh_token: refreshToken } = await home.login();
      while (!over.signal.aborted) {
        count((await away.get('/me', token)).status);
        count((await home.get('/me', token)).status);
        const refreshed = await away.refresh(refreshToken);
        count(refreshed.status);
        ({ access_token: token, refresh_token: refreshToken } = refreshed.body);
      }
    };
    const [one, other] = clients as [Client, Client];
    const load = Promise.all([user(one, other), user(other, one), user(one, other), user(other, one)]);

    for (let round = 0; round < 5; round += 1) {
      const [before] = keyIds();
      expect(await rotation(round).rotate()).toMatchObject({ outcome: 'rotated', compromisedKids: [] });
      await until('both sign with the new key', () => keyIds().every((kid) => kid !== before));
      expect(new Set(keyIds()).size).toBe(1);
    }
    over.abort();
    await load;
    expect([...statuses.keys()]).toEqual([200]);
    expect(statuses.get(200)).toBeGreaterThan(50);

    const published = await clients[1]!.get<{ keys: { kid: string }[] }>('/.well-known/jwks.json');
    expect(published.body.keys.map(({ kid }) => kid)).toContain(keyIds()[0]);
    expect(published.text).not.toMatch(/"d"/);
  }, 60_000);

  it('refuses what a compromised key signed, at once on both, sessions included', async () => {
    const { access_token: token, refresh_token: refreshToken } = await clients[0]!.login();
    for (const client of clients) expect((await client.get('/me', token)).status).toBe(200);

    const { outcome, compromisedKids } = await rotation(0).rotate({ compromised: true });
    expect({ outcome, some: compromisedKids.length > 0 }).toEqual({ outcome: 'rotated', some: true });
    for (const client of clients) {
      expect(await client.get('/me', token)).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
      expect((await client.refresh(refreshToken)).status).not.toBe(200);
    }
    await until('both sign with the new key', () => new Set(keyIds()).size === 1);
    const { access_token: fresh } = await clients[1]!.login();
    for (const client of clients) expect((await client.get('/me', fresh)).status).toBe(200);
  });
});
