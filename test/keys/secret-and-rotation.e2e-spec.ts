import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuthModuleOptions, KeyRotationService } from 'nestjs-gatehouse';
import { KeyRing } from '../../libs/auth/src/keys/key-ring.js';
import { startMedium, type TestMedium } from '../support/app/stores.js';
import { until } from '../support/until.js';
import { Fleet, Users } from './fleet.js';

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const newSecret = (): string => randomBytes(32).toString('base64');

describe('what lasts while keys and secrets are replaced under load', () => {
  let medium: TestMedium;
  let fleet: Fleet;

  beforeEach(async () => {
    medium = await startMedium('redis');
  });

  afterEach(async () => {
    await fleet.close();
    await medium.stop();
  });

  const shared = (): Partial<AuthModuleOptions> => ({ ...(medium.redis && { redis: medium.redis }) });
  const keyIds = (): readonly string[] => fleet.apps.map(({ app }) => app.get(KeyRing).active().kid);

  async function expectNobodyRefused(users: Users): Promise<void> {
    await users.stop();
    expect([...users.statuses.keys()].sort()).toEqual(['call 200', 'refresh 200']);
    expect(users.statuses.get('refresh 200')).toBeGreaterThan(20);
  }

  it('a list of keys, [old] to [new] in three deployments, loses no session and refuses no request', async () => {
    const [old, fresh] = [newKey(), newKey()];
    const with_ = (privateKey: readonly KeyObject[]): Partial<AuthModuleOptions> => ({
      ...shared(),
      keys: { privateKey },
    });
    fleet = await Fleet.start(2, with_([old]));
    const users = new Users(fleet);
    const [before] = keyIds();
    for (const step of [[old, fresh], [fresh, old], [fresh]]) {
      await users.goOn();
      await fleet.roll(with_(step));
    }
    await users.goOn();
    expect(new Set(keyIds()).size).toBe(1);
    expect(keyIds()[0]).not.toBe(before);
    await expectNobodyRefused(users);
  }, 120_000);

  it('a key file that is replaced on a running fleet of three loses no session and refuses no request', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-fleet-'));
    const path = join(folder, 'key.pem');
    const replaceFile = (): void => {
      const pem = newKey().export({ type: 'pkcs8', format: 'pem' });
      writeFileSync(`${path}.new`, pem, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    };
    replaceFile();
    const keys = { privateKeyFile: path, jwksMaxAge: '500ms', refreshEvery: '1s' } as const;
    fleet = await Fleet.start(3, { ...shared(), keys });
    const users = new Users(fleet);
    for (let round = 0; round < 2; round += 1) {
      const [before] = keyIds();
      await users.goOn();
      replaceFile();
      await until('all sign with the key of the new file', () => keyIds().every((kid) => kid !== before));
      expect(new Set(keyIds()).size).toBe(1);
      await users.goOn();
    }
    await expectNobodyRefused(users);
    rmSync(folder, { recursive: true });
  }, 120_000);

  it('a list of secrets, [old] to [new] while managed keys rotate, loses no session and refuses no request', async () => {
    const [old, fresh] = [newSecret(), newSecret()];
    const with_ = (secret: readonly string[]): Partial<AuthModuleOptions> => ({
      ...shared(),
      secret,
      keys: { algorithm: 'ES256', jwksMaxAge: '300ms', refreshEvery: '1s' },
    });
    fleet = await Fleet.start(2, with_([old]));
    const users = new Users(fleet);
    for (const step of [[old, fresh], [fresh, old], [fresh]]) {
      const [before] = keyIds();
      await fleet.apps[0]!.app.get(KeyRotationService).rotate();
      await until('all sign with the new key', () => keyIds().every((kid) => kid !== before));
      await users.goOn();
      await fleet.roll(with_(step));
    }
    await users.goOn();
    await expectNobodyRefused(users);
    // What was sealed under the old secret alone is nobody's any more.
    await expect(Fleet.start(1, with_([old]))).rejects.toThrow(/secret: .*sealed under another secret/);
  }, 120_000);

  it('production needs a secret, Redis, issuer and audience: two instances share keys that the library manages', async () => {
    fleet = await Fleet.start(2, { ...shared(), secret: newSecret(), keys: {}, production: true });
    const [one, other] = fleet.clients;
    const { access_token: token, refresh_token: refreshToken } = await one!.login();
    expect((await other!.get('/me', token)).status).toBe(200);
    expect(new Set(keyIds()).size).toBe(1);

    const outcomes = await Promise.all(fleet.apps.map(({ app }) => app.get(KeyRotationService).rotate()));
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['already-rotated', 'rotated']);
    const published = async (): Promise<readonly string[]> =>
      Promise.all(fleet.clients.map(async (client) => (await client.get('/.well-known/jwks.json')).text));
    await until('both publish both keys', async () => {
      const [mine, others] = await published();
      return mine === others && mine?.match(/"kid"/g)?.length === 2;
    });
    const refreshed = await other!.refresh(refreshToken);
    expect(refreshed.status).toBe(200);
    expect((await one!.get('/me', refreshed.body.access_token)).status).toBe(200);

    await fleet.apps[0]!.app.get(KeyRotationService).rotate({ compromised: true });
    for (const client of fleet.clients) expect((await client.get('/me', token)).status).toBe(401);
    await until('both sign with the key made after the compromise', () => new Set(keyIds()).size === 1);
    const { access_token: fresh } = await other!.login();
    expect((await one!.get('/me', fresh)).status).toBe(200);
  }, 120_000);
});
