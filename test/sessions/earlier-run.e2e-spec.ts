import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { AuthModuleOptions } from 'nestjs-gatehouse';
import { Client, type TokenPair } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { Warnings } from '../support/app/warnings.js';

const { privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'prime256v1',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const secret = randomBytes(32).toString('base64');

describe.each(platforms)('[11-F] tokens of an earlier run, with sessions in memory, on %s', (platform) => {
  let running: RunningApp;
  let warnings: Warnings;
  let old: TokenPair;

  /** A run of the app, as `nest start --watch` makes one after each change: secret and key stay. */
  const run = async (options: Partial<AuthModuleOptions> = {}): Promise<Client> => {
    warnings = new Warnings();
    running = await startApp({
      platform,
      logger: warnings,
      options: { secret, keys: { privateKey }, throttler: false, ...options },
    });
    return new Client(running.url);
  };

  beforeAll(async () => {
    const client = await run();
    old = await client.login();
    await running.close();
  });
  afterEach(() => running.close());

  const told = (): string[] => warnings.lines.filter((line) => line.includes('earlier run'));

  it('are refused, and the log says why, once for each kind and without the token', async () => {
    const client = await run();
    for (let time = 0; time < 3; time += 1) {
      expect((await client.get('/auth/me', old.access_token)).status).toBe(401);
      expect((await client.refresh(old.refresh_token)).status).toBe(400);
    }
    expect(told()).toEqual([
      expect.stringMatching(/^An access token of an earlier run .* in memory .*`redis`/),
      expect.stringMatching(/^A refresh token of an earlier run .* in memory .*`redis`/),
    ]);
    for (const line of told()) {
      expect(line).not.toContain(old.access_token);
      expect(line).not.toContain(old.refresh_token.slice(4, 30));
    }
  });

  it('are nothing to speak of in production', async () => {
    const client = await run({ production: true, dangerouslyUseMemoryStoresInProduction: true });
    expect((await client.get('/auth/me', old.access_token)).status).toBe(401);
    expect((await client.refresh(old.refresh_token)).status).toBe(400);
    expect(told()).toEqual([]);
  });

  it('are no legacy tokens, which no run of ours has handed out', async () => {
    const refreshToken = async (token: string) => (token === 'old' ? { subject: 'ada' } : undefined);
    const client = await run({ legacy: { until: new Date(Date.now() + 86_400_000), refreshToken } });
    const { status, body } = await client.refresh('old');
    expect(status).toBe(200);
    expect((await client.post('/auth/logout', undefined, body.access_token)).status).toBe(204);
    expect((await client.refresh('old')).status).toBe(400);
    await client.post('/auth/logout', { refresh_token: 'old' });
    expect((await client.refresh('old')).status).toBe(400);
    expect(told()).toEqual([]);
  });

  it('are no other token: what this run has revoked, or never knew, is refused in silence', async () => {
    const client = await run();
    const mine = await client.login();
    expect((await client.post('/auth/logout-all', undefined, mine.access_token)).status).toBe(204);
    expect((await client.get('/auth/me', mine.access_token)).status).toBe(401);
    expect((await client.refresh(mine.refresh_token)).status).toBe(400);
    expect((await client.refresh('rubbish')).status).toBe(400);
    expect(told()).toEqual([]);
  });

  it('[11-E] are no legacy tokens, which have no session yet', async () => {
    const until = new Date(Date.now() + 3_600_000);
    const client = await run({ legacy: { until, refreshToken: () => ({ subject: 'ada' }) } });
    expect((await client.refresh('a legacy token')).status).toBe(200);
    expect(told()).toEqual([]);
  });
});
