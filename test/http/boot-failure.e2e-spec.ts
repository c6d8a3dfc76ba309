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

describe('a boot that fails after Redis was opened', () => {
  let server: StandaloneRedis;
  beforeAll(async () => {
    server = await startStandalone();
  });
  afterAll(() => server.stop());

  const clients = async (): Promise<number> =>
    String(await server.nodes[0]!.command('client', 'list')).match(/cmd=(?!client)/g)?.length ?? 0;

  it.each<[string, AppShape['options'], AppShape['extras'], string]>([
    ['the key source', { keys: { source: new NoKeys() } }, {}, 'the vault is sealed'],
    [
      'the role source, while managed keys are followed',
      {
        keys: { algorithm: 'ES256' },
        rbac: { source: new NoRoles() },
      },
      {},
      'there is no such table',
    ],
    [
      'a key file',
      { keys: { privateKeyFile: '/nowhere/key.pem' } },
      {},
      "keys.privateKeyFile: /nowhere/key.pem can't be read (ENOENT)",
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
