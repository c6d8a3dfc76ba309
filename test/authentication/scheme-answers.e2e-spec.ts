import { Controller, Get, HttpException, Logger, Module } from '@nestjs/common';
import { AuthError, AuthModule, CredentialScheme } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import {
  platforms,
  requiredOptions,
  type RunningApp,
  startApp,
  startModule,
} from '../support/app/start-app.js';
import { Keys, KeyScheme, keysModule } from './host-schemes.js';

@Controller()
class Routes {
  @Get('who')
  who(): object {
    return {};
  }
}

const robot = { subject: 'client:robot', tokenId: 'key-1' };

describe.each(platforms)('[11-F] what a scheme answers on %s', (platform) => {
  let running: RunningApp;
  let client: Client;
  let keys: Keys;

  beforeAll(async () => {
    running = await startApp({
      platform,
      controllers: [Routes],
      imports: [keysModule],
      logger: false,
      options: { throttler: false },
      extras: { imports: [keysModule], credentialSchemes: [KeyScheme] },
    });
    client = new Client(running.url);
    keys = running.app.get(Keys, { strict: false });
  });
  afterAll(() => running.close());

  const askWith = (key: string) => client.send('GET', '/who', { headers: { 'x-api-key': key } });

  it.each<[string, () => unknown, number, string | undefined]>([
    ['answers nobody', () => undefined, 401, 'invalid_token'],
    ['answers null', () => null, 401, 'invalid_token'],
    ['refuses in our words', () => Promise.reject(new AuthError('invalid_token')), 401, 'invalid_token'],
    [
      'refuses in the words of HTTP',
      () => Promise.reject(new HttpException('no', 401)),
      401,
      'invalid_token',
    ],
    ['has no store', () => Promise.reject(new AuthError('store_unavailable')), 503, 'store_unavailable'],
    ['fails', () => Promise.reject(new Error('ECONNREFUSED')), 503, 'store_unavailable'],
    [
      'answers something else of the host',
      () => Promise.reject(new HttpException('no', 402)),
      402,
      undefined,
    ],
    ['answers text', () => 'ada', 500, undefined],
    ['answers no subject', () => ({ tokenId: '1' }), 500, undefined],
    ['answers no token id', () => ({ subject: 'ada' }), 500, undefined],
    ['answers a half character', () => ({ ...robot, tokenId: '\ud800' }), 500, undefined],
    ['answers text for roles', () => ({ ...robot, roles: 'admin' }), 500, undefined],
    ['answers text for a scope', () => ({ ...robot, scope: 'read write' }), 500, undefined],
    ['calls a user a machine', () => ({ ...robot, authenticatedAt: 5 }), 500, undefined],
    ['calls a machine by two names', () => ({ ...robot, clientId: 'other' }), 500, undefined],
    [
      'was refused by whom it asked',
      () => Promise.reject(Object.assign(new Error('Request failed'), { status: 401, statusCode: 401 })),
      503,
      'store_unavailable',
    ],
    ['answers what is over', () => ({ ...robot, expiresAt: Date.now() - 1 }), 401, 'invalid_token'],
  ])('a scheme that %s', async (_name, answer, status, code) => {
    const refused = await askWith(keys.add('odd', answer));
    expect([refused.status, refused.body['code']]).toEqual([status, code]);
    expect(refused.text).not.toContain('ECONNREFUSED');
  });

  it('logs why it failed, without the credential that an error quotes', async () => {
    const logged = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
    await askWith(keys.add('gh-quoted-key', () => Promise.reject(new Error('no row for gh-quoted-key'))));
    expect(logged.mock.calls.flat().join('\n')).toContain('no row for [secret]');
    logged.mockRestore();
  });

  it('waits three seconds for an answer and no longer, and says that it is not the credential', async () => {
    const slow = await askWith(keys.add('slow', () => new Promise(() => {})));
    expect([slow.status, slow.body['code'], slow.headers.get('retry-after')]).toEqual([
      503,
      'store_unavailable',
      '1',
    ]);
  });

  it('refuses a search that waits: any promise would be a credential', async () => {
    class Waiting extends CredentialScheme {
      readonly scheme = 'Waiting';
      find(): never {
        return Promise.resolve(undefined) as never;
      }
      async verify(): Promise<typeof robot> {
        return robot;
      }
    }
    const app = await startApp({
      platform,
      controllers: [Routes],
      logger: false,
      options: { throttler: false },
      extras: { credentialSchemes: [Waiting] },
    });
    expect((await new Client(app.url).get('/who')).status).toBe(500);
    await app.close();
  });
});

describe('[11-F] schemes that the host gives', () => {
  class Named extends CredentialScheme {
    constructor(readonly scheme: string) {
      super();
    }
    find(): undefined {}
    async verify(): Promise<undefined> {}
  }
  const boot = (...credentialSchemes: unknown[]): Promise<unknown> => {
    @Module({
      imports: [
        AuthModule.forRoot({ ...requiredOptions, endpoints: { auth: false }, credentialSchemes } as never),
      ],
    })
    class RootModule {}
    return startModule(RootModule, { logger: false }).then((app) => app.close());
  };

  it('are classes, values, factories or other providers', async () => {
    await boot(
      { useValue: new Named('A') },
      { useFactory: async () => new Named('B') },
      { useFactory: (other: object) => Object.assign(new Named('C'), { other }), inject: [AuthModule] },
    );
  });

  it.each<[string, unknown[], string]>([
    ['an object without { useValue }', [new Named('A')], 'credentialSchemes[0]: is an object already'],
    [
      'a class that is none',
      [{ useValue: {} }],
      'credentialSchemes[0].useValue: expected an object with find() and verify()',
    ],
    ['nothing', [undefined], 'credentialSchemes[0]: expected a class with find() and verify()'],
    [
      'one that makes something else',
      [{ useFactory: () => ({}) }],
      'credentialSchemes[0]: expected an object with find()',
    ],
    [
      'a name that is none',
      [{ useValue: new Named('Api Key') }],
      'credentialSchemes[0].scheme: expected an auth-scheme',
    ],
    ['the name of ours', [{ useValue: new Named('bearer') }], 'credentialSchemes[0].scheme: bearer is taken'],
    [
      'a name twice',
      [{ useValue: new Named('ApiKey') }, { useValue: new Named('apikey') }],
      'credentialSchemes[1].scheme: apikey is taken',
    ],
  ])('stop the boot when there is %s', async (_name, given, message) => {
    const failed = boot(...given).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(await failed).toContain(message);
  });
});
