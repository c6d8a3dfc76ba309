import {
  type DynamicModule,
  Injectable,
  type INestApplication,
  type LoggerService,
  type LogLevel,
  Module,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test, type TestingModule, type TestingModuleBuilder } from '@nestjs/testing';
import {
  type AuthenticatedUser,
  AuthEvents,
  AuthModule,
  type AuthModuleExtras,
  type AuthModuleOptions,
  UserAuthenticator,
} from 'nestjs-gatehouse';
import { secretWatch } from '../secret-watch/secret-watch.js';

/** The platforms every HTTP behaviour is tested on. */
export const platforms = ['express', 'fastify'] as const;
export type Platform = (typeof platforms)[number];

/** A user of the test apps; the password is `<username>-password`. */
@Injectable()
export class TestUsers extends UserAuthenticator {
  async authenticate(username: string, password: string): Promise<AuthenticatedUser | undefined> {
    if (password !== `${username}-password`) return undefined;
    return { subject: `user-${username}`, roles: [username] };
  }
}

/** How a root module becomes a running app. */
export interface ModuleShape {
  readonly platform?: Platform | undefined;
  readonly logger?: LoggerService | LogLevel[] | false;
  /** Whether requests keep the bytes of their body. */
  readonly rawBody?: boolean;
  /** Where it listens on loopback. @default a free port */
  readonly port?: number;
  /** What a host does to its app before it listens: a prefix, versions, … */
  readonly prepare?: ((app: INestApplication) => unknown) | undefined;
  /** What a host's own tests replace in it: it is made of a testing module then. */
  readonly override?: ((builder: TestingModuleBuilder) => unknown) | undefined;
}

export interface AppShape extends ModuleShape {
  readonly options?: Partial<AuthModuleOptions>;
  readonly extras?: AuthModuleExtras;
  readonly controllers?: Type<unknown>[];
  readonly imports?: DynamicModule[];
}

/** A running app with the module under test, and how to talk to it. */
export interface RunningApp {
  readonly app: INestApplication;
  readonly url: string;
  close(): Promise<void>;
}

export const ISSUER = 'https://auth.test';
export const AUDIENCE = 'https://api.test';
/** The lasting secret of the test apps. */
export const LASTING_SECRET = 'a lasting secret of the tests, long enough';
/** What an app with `AuthModule` must say. HS256 keeps tests fast; a spec about keys brings its own. */
export const requiredOptions = {
  issuer: ISSUER,
  audience: AUDIENCE,
  secret: LASTING_SECRET,
  keys: { secret: 'an HS256 secret for tests, long enough' },
} as const;

/** A new adapter of a platform. */
export function adapterFor(platform: Platform): ExpressAdapter | FastifyAdapter {
  return platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
}

/** Starts the root module of a host on a free port. */
export async function startModule(
  module: Type<unknown>,
  {
    platform = 'express',
    prepare,
    override,
    rawBody = false,
    port = 0,
    logger = ['error', 'fatal'],
  }: ModuleShape = {},
): Promise<RunningApp> {
  const shape = { logger, rawBody, abortOnError: false };
  const app =
    override === undefined
      ? await NestFactory.create(module, adapterFor(platform), shape)
      : await overridden(module, override).then((made) =>
          made.createNestApplication(adapterFor(platform), shape),
        );
  watchEvents(app);
  await prepare?.(app);
  await app.listen(port, '127.0.0.1');
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  return { app, url, close: () => app.close() };
}

async function overridden(
  module: Type<unknown>,
  override: NonNullable<ModuleShape['override']>,
): Promise<TestingModule> {
  const builder = Test.createTestingModule({ imports: [module] });
  await override(builder);
  return builder.compile();
}

/** Hosts with a part of the library have none. */
function watchEvents(app: INestApplication): void {
  try {
    const events = app.get(AuthEvents, { strict: false });
    events.overhear((record) => secretWatch.show(`the event ${record.event}`, JSON.stringify(record)));
  } catch (error) {
    if (!String(error).includes('AuthEvents')) throw error;
  }
}

/** Starts a small app on a free port. */
export async function startApp({
  options,
  extras,
  controllers = [],
  imports = [],
  ...shape
}: AppShape = {}): Promise<RunningApp> {
  @Module({
    imports: [
      AuthModule.forRoot({
        ...requiredOptions,
        userAuthenticator: TestUsers,
        problemDetailsFor: 'all',
        ...options,
        ...extras,
      }),
      ...imports,
    ],
    controllers,
  })
  class TestAppModule {}

  return startModule(TestAppModule, shape);
}
