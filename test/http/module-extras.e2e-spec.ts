import { ConsoleLogger, type DynamicModule, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthConfigurationError, AuthModule } from 'nestjs-gatehouse';
import { RbacModule } from 'nestjs-gatehouse/rbac';
import { GatehouseThrottlerModule } from 'nestjs-gatehouse/throttler';
import { AUDIENCE, ISSUER, startApp, TestUsers } from '../support/app/start-app.js';

const options = {
  issuer: ISSUER,
  audience: AUDIENCE,
  keys: { secret: 'an HS256 secret for tests, long enough' },
};

@Module({ providers: [TestUsers], exports: [TestUsers] })
class UsersModule {}

/** The findings an app with the module ends with, as lines. */
async function findingsOf(shape: () => DynamicModule): Promise<string[]> {
  @Module({ imports: [shape()] })
  class Host {}
  const boot = NestFactory.createApplicationContext(Host, { logger: false, abortOnError: false });
  const error = await boot.then(
    (app) => app.close(),
    (reason: unknown) => reason,
  );
  if (!(error instanceof AuthConfigurationError))
    throw new Error('no AuthConfigurationError', { cause: error });
  return error.findings.map(({ option, message }) => `${option}: ${message}`);
}

const auth = (given: object) => AuthModule.forRoot({ ...options, userAuthenticator: TestUsers, ...given });

@Injectable()
class Needy {
  constructor(readonly users: TestUsers) {}
  async authenticate(): Promise<undefined> {}
}

describe('what shapes the module', () => {
  it.each<[object, RegExp]>([
    [{ regsterGuards: true }, /^regsterGuards: is not an option; did you mean registerGuards\?$/],
    [{ endpoints: 5 }, /^endpoints: expected an object$/],
    [{ endpoints: { auth: '' } }, /^endpoints\.auth: expected a path/],
    [{ endpoints: { wellKnow: 'x' } }, /^endpoints\.wellKnow: is not an option; did you mean wellKnown\?$/],
    [{ isGlobal: 'yes' }, /^isGlobal: expected true or false$/],
    [{ imports: 5 }, /^imports: expected a list$/],
    [{ imports: [undefined] }, /^imports\[0\]: expected a module/],
    [{ imports: 5, userAuthenticator: Needy }, /^imports: expected a list$/],
    [{ problemDetailsFor: 'some' }, /^problemDetailsFor: expected "own" or "all"$/],
    [{ userAuthenticator: () => new TestUsers() }, /^userAuthenticator: expected a class/],
    [{ userAuthenticator: new TestUsers() }, /^userAuthenticator: is an object already: write \{ useValue/],
    [{ userAuthenticator: {} }, /^userAuthenticator\.useClass: give one of/],
    [
      { userAuthenticator: { useClass: () => new TestUsers() } },
      /^userAuthenticator\.useClass: expected a class/,
    ],
    [{ userAuthenticator: { useValue: {} } }, /^userAuthenticator\.useValue: expected an object/],
    [{ userAuthenticator: { useFactory: 5 } }, /^userAuthenticator\.useFactory: expected a function$/],
  ])('%p ends the boot with the one finding %p', async (given, expected) => {
    expect(await findingsOf(() => auth(given))).toEqual([expect.stringMatching(expected)]);
  });

  it('is reported together with the options', async () => {
    const found = await findingsOf(() => auth({ isGlobal: 1, issuer: '' }));
    expect(found).toEqual([expect.stringMatching(/^isGlobal/), expect.stringMatching(/^issuer/)]);
  });

  it('is no option: what a factory returns comes too late for it', async () => {
    const useFactory = () => ({ ...options, registerGuards: false });
    const found = await findingsOf(() =>
      AuthModule.forRootAsync({ useFactory, userAuthenticator: TestUsers }),
    );
    expect(found).toEqual([
      'registerGuards: shapes the module: give it beside useFactory, not in what that returns',
    ]);
  });

  it.each([
    ['forRoot() of nothing', () => AuthModule.forRoot(undefined as never), /^options: expected an object/],
    ['forRoot() of text', () => RbacModule.forRoot('deny' as never), /^options: expected an object/],
    [
      'forRootAsync() of nothing',
      () => AuthModule.forRootAsync(null as never),
      /^options: expected an object/,
    ],
    ['no factory', () => RbacModule.forRootAsync({}), /^useFactory: is required/],
    [
      'a factory of nothing',
      () => GatehouseThrottlerModule.forRootAsync({ useFactory: () => undefined as never }),
      /^options: expected an object/,
    ],
    [
      'a class that makes no options',
      () => AuthModule.forRootAsync({ useClass: TestUsers as never, userAuthenticator: TestUsers }),
      /^useClass: expected a class with create\(\), which returns the options$/,
    ],
    [
      'a class of the host that makes no options',
      () => RbacModule.forRootAsync({ imports: [UsersModule], useExisting: TestUsers as never }),
      /^useExisting: expected a class with create\(\)/,
    ],
    [
      'an option beside the factory',
      () => RbacModule.forRootAsync({ useFactory: () => ({}), defaultPolicy: 'deny' } as never),
      /^defaultPolicy: is not known beside useFactory/,
    ],
    [
      'a misspelt option',
      () => RbacModule.forRoot({ defaultPolcy: 'deny' } as never),
      /mean defaultPolicy\?$/,
    ],
    [
      'a misspelt option',
      () => GatehouseThrottlerModule.forRoot({ memory: true, throtlers: [] } as never),
      /mean throttlers\?$/,
    ],
  ])('%s ends the boot with a finding', async (_what, shape: () => DynamicModule, expected) => {
    expect(await findingsOf(shape)).toContainEqual(expect.stringMatching(expected));
  });

  it('never repeats a Redis URL', async () => {
    const found = await findingsOf(() => auth({ redis: 'http://:hunter2@localhost' }));
    expect(found).toEqual(['redis.url: expected a redis:// URL of a known form']);
  });

  it('writes the list of mistakes once, however errors are logged', async () => {
    const lines: string[] = [];
    const stderr = jest
      .spyOn(process.stderr, 'write')
      .mockImplementation((text) => lines.push(String(text)) > 0);
    const boot = startApp({ options: { issuer: '', isuer: 'x' } as object, logger: new ConsoleLogger() });
    await expect(boot).rejects.toThrow(AuthConfigurationError);
    stderr.mockRestore();
    expect(lines.join('').match(/did you mean issuer\?/g)).toHaveLength(1);
  });
});
