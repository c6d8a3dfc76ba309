import {
  Controller,
  Get,
  type INestApplication,
  Module,
  type ModuleMetadata,
  Scope,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { AuthModule } from 'nestjs-gatehouse';
import { RbacModule } from 'nestjs-gatehouse/rbac';
import { GatehouseThrottlerModule } from 'nestjs-gatehouse/throttler';
import { requiredOptions, TestUsers } from '../support/app/start-app.js';

const setUp = (extras: { isGlobal?: boolean } = {}) =>
  AuthModule.forRoot({
    ...requiredOptions,
    userAuthenticator: TestUsers,
    ...extras,
  });

@Module({ imports: [AuthModule] })
class FeatureModule {}

const running: INestApplication[] = [];

async function linesOf(host: ModuleMetadata): Promise<string> {
  @Module(host)
  class HostModule {}
  const lines: string[] = [];
  const keep = (line: unknown): void => void lines.push(String(line));
  const app = await NestFactory.create(HostModule, {
    logger: { log() {}, warn: keep, error: keep },
    abortOnError: false,
  });
  running.push(app);
  await app.init();
  return lines.join('\n');
}

afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
});

describe('[10-20] AuthModule imported without forRoot()', () => {
  it.each([true, false])('in a feature module is called by its name, isGlobal: %s', async (isGlobal) => {
    for (const imports of [
      [setUp({ isGlobal }), FeatureModule],
      [FeatureModule, setUp({ isGlobal })],
    ]) {
      const lines = await linesOf({ imports });
      expect(lines).toContain('FeatureModule imports AuthModule without forRoot(): delete that import');
      expect(lines).not.toContain('set up');
    }
  });

  it('and nowhere with it does not start', async () => {
    await expect(linesOf({ imports: [FeatureModule] })).rejects.toMatchObject({
      name: 'AuthConfigurationError',
      message: expect.stringContaining('write AuthModule.forRoot({ … }) once') as string,
    });
  });

  it('is another thing than two set-ups', async () => {
    expect(await linesOf({ imports: [setUp(), setUp()] })).toContain('AuthModule is set up 2 times');
    expect(await linesOf({ imports: [setUp()] })).toBe('');
  });
});

describe('[10-20] the module of one capability imported without forRoot()', () => {
  it.each([RbacModule, GatehouseThrottlerModule])(
    'and nowhere with it does not start: %p would guard nothing',
    async (module) => {
      await expect(linesOf({ imports: [module] })).rejects.toMatchObject({
        name: 'AuthConfigurationError',
        message: expect.stringContaining(`write ${module.name}.forRoot({ … }) once`) as string,
      });
    },
  );

  it('starts beside its own set-up, or that of AuthModule', async () => {
    @Module({ imports: [RbacModule, GatehouseThrottlerModule] })
    class Limited {}
    const alone = [
      RbacModule.forRoot({ definition: { roles: {} } }),
      GatehouseThrottlerModule.forRoot({ memory: true }),
    ];
    expect(await linesOf({ imports: [Limited, ...alone] })).toBe('');
    expect(await linesOf({ imports: [Limited, setUp()] })).toBe('');
  });
});

describe('[10-20] guards that are left over from passport', () => {
  class OwnGuard extends AuthGuard('jwt-refresh') {}

  @UseGuards(AuthGuard('jwt'))
  @Controller('left')
  class Leftovers {
    @Get()
    plain(): void {}
    @UseGuards(OwnGuard)
    @Get('own')
    own(): void {}
  }

  it('are named at boot, with what to delete', async () => {
    const lines = await linesOf({ imports: [setUp()], controllers: [Leftovers] });
    expect(lines).toContain(
      "Leftovers: AuthGuard('jwt') asks passport for a strategy that nobody has registered",
    );
    expect(lines).toContain("Leftovers.own: AuthGuard('jwt-refresh')");
    expect(lines).toContain('delete that guard');
  });

  it.each([Scope.DEFAULT, Scope.REQUEST])('are found where they are global, of scope %d', async (scope) => {
    const providers = [{ provide: APP_GUARD, useClass: OwnGuard, scope }];
    const lines = await linesOf({ imports: [setUp()], providers });
    expect(lines).toContain("a global guard: AuthGuard('jwt-refresh')");
  });
});
