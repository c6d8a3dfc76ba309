import {
  type DynamicModule,
  Injectable,
  type INestApplication,
  type LoggerService,
  Module,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  type AuthenticatedUser,
  AuthModule,
  type AuthModuleExtras,
  type AuthModuleOptions,
  UserAuthenticator,
} from 'nestjs-gatehouse';

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

export interface AppShape {
  readonly platform?: Platform;
  readonly options?: Partial<AuthModuleOptions>;
  readonly extras?: AuthModuleExtras;
  readonly controllers?: Type<unknown>[];
  readonly imports?: DynamicModule[];
  readonly logger?: LoggerService;
  /** What a host does to its app before it listens: a prefix, versions, … */
  readonly prepare?: (app: INestApplication) => unknown;
}

/** A running app with the module under test, and how to talk to it. */
export interface RunningApp {
  readonly app: INestApplication;
  readonly url: string;
  close(): Promise<void>;
}

export const ISSUER = 'https://auth.test';
export const AUDIENCE = 'https://api.test';
const SECRET = 'an HS256 secret for tests, long enough';

/** Starts a small app on a free port. HS256 keeps tests fast; a spec about keys brings its own. */
export async function startApp({
  platform = 'express',
  options,
  extras,
  controllers = [],
  imports = [],
  prepare,
  logger,
}: AppShape = {}): Promise<RunningApp> {
  @Module({
    imports: [
      AuthModule.forRoot({
        issuer: ISSUER,
        audience: AUDIENCE,
        keys: { secret: SECRET },
        userAuthenticator: TestUsers,
        problemDetails: 'all',
        ...options,
        ...extras,
      }),
      ...imports,
    ],
    controllers,
  })
  class TestAppModule {}

  const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = await NestFactory.create(TestAppModule, adapter, {
    logger: logger ?? ['error', 'fatal'],
    abortOnError: false,
  });
  await prepare?.(app);
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  return { app, url, close: () => app.close() };
}
