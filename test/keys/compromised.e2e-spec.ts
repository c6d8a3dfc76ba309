import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuthModuleOptions, KeyRotationService } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { media, startMedium, type TestMedium } from '../support/app/stores.js';
import { startStandalone } from '../support/redis/standalone.js';

type Keys = NonNullable<AuthModuleOptions['keys']>;

const nothing = (): void => {};
const silent = { log: nothing, warn: nothing, error: nothing, fatal: nothing };

const folder = mkdtempSync(join(tmpdir(), 'compromised-'));
const freshPem = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
const file = join(folder, 'key.pem');
const writeKey = (): void => writeFileSync(file, freshPem(), { mode: 0o600 });

describe.each(media)('[10-20] a compromised key, with sessions in %s', (kind) => {
  let medium: TestMedium;
  let running: RunningApp | undefined;

  beforeAll(async () => {
    medium = await startMedium(kind);
  });
  afterEach(() => running?.close());
  afterAll(() => medium.stop());

  it.each<[string, Keys, () => void, string, RegExp | undefined]>([
    [
      'a secret in the options',
      { secret: 'an HS256 secret for tests, long enough' },
      () => {},
      'key-not-replaced',
      /options/,
    ],
    ['a key in the options', { privateKey: freshPem() }, () => {}, 'key-not-replaced', /options/],
    [
      'a file that is still there',
      { privateKeyFile: file },
      () => {},
      'key-not-replaced',
      /replace the file/,
    ],
    ['a file that was replaced', { privateKeyFile: file }, writeKey, 'rotated', undefined],
    [
      'managed keys',
      {
        algorithm: 'ES256',
        ...(kind === 'memory' && { managedFile: join(folder, 'managed.json') }),
      },
      () => {},
      'rotated',
      undefined,
    ],
  ])(
    'that is %s: everything it signed ends, sessions included',
    async (_name, keys, replace, outcome, advice) => {
      writeKey();
      running = await startApp({
        options: { ...(medium.redis && { redis: medium.redis }), keys },
        logger: silent,
      });
      const client = new Client(running.url);
      const before = await client.login();
      expect((await client.get('/auth/me', before.access_token)).status).toBe(200);
      replace();
      const rotation = await running.app.get(KeyRotationService).rotate({ compromised: true });
      expect(rotation.outcome).toBe(outcome);
      if (advice === undefined) expect(rotation.advice).toBeUndefined();
      else expect(rotation.advice).toMatch(advice);
      expect((await client.get('/auth/me', before.access_token)).status).toBe(401);
      expect((await client.refresh(before.refresh_token)).status).toBe(400);
      const after = await client.login();
      expect((await client.get('/auth/me', after.access_token)).status).toBe(200);
    },
  );
});

it('[10-20] a compromised key is no success while the revocation can not be kept', async () => {
  const server = await startStandalone();
  const redis = { url: server.url, deadline: '500ms' as const };
  const running = await startApp({ options: { redis }, logger: silent });
  await server.kill();
  await expect(running.app.get(KeyRotationService).rotate({ compromised: true })).rejects.toMatchObject({
    code: 'store_unavailable',
  });
  await running.close();
  await server.stop();
});
