import { randomBytes } from 'node:crypto';
import { KeySource, RoleSource, UserAuthenticator } from 'nestjs-gatehouse';
import { startApp, type AppShape } from '../support/app/start-app.js';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';
import { until } from '../support/until.js';

class NoKeys extends KeySource {
  async load(): Promise<never> {
    throw new Error('the vault is sealed');
  }
}

class NoRoles extends RoleSource {
  async load(): Promise<never> {
    throw new Error('there is no such table');
  }
}

const macSecrets = ['a secret of the tests, 32 bytes and more'];

describe('a boot that fails after Redis was opened', () => {
  let server: StandaloneRedis;
  beforeAll(async () => {
    server = await startStandalone();
  });
  afterAll(() => server.stop());

  const clients = async (): Promise<number> =>
    String(await server.nodes[0]!.command('client', 'list')).match(/cmd=(?!client)/g)?.length ?? 0;

  it.each<[string, AppShape['options'], AppShape['extras'], string]>([
    [
      'the key source',
      { keys: { source: new NoKeys() }, sessions: { macSecrets } },
      {},
      'the vault is sealed',
    ],
    [
      'the role source, while shared keys are followed',
      {
        keys: { shared: true, keyEncryptionKey: randomBytes(32).toString('hex'), algorithm: 'ES256' },
        access: { source: new NoRoles() },
      },
      {},
      'there is no such table',
    ],
    [
      'the user authenticator',
      {},
      {
        userAuthenticator: {
          useFactory: (): UserAuthenticator => {
            throw new Error('no database');
          },
        },
      },
      'no database',
    ],
  ])('leaves no connection behind when %s fails', async (_name, options, extras, message) => {
    const boot = startApp({ options: { ...options, redis: { url: server.url } }, extras: { ...extras } });
    await expect(boot).rejects.toThrow(message);
    await until('nobody is connected any more', async () => (await clients()) === 0);
  });
});
