import { type INestApplication, Module, type Type, VersioningType } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { DynamicModule } from '@nestjs/common';

export type Platform = 'express' | 'fastify';
export const platforms: readonly Platform[] = ['express', 'fastify'];

/** An app whose only protection is the rate limit. */
export interface LimitedApp {
  readonly platform: Platform;
  readonly controllers: Type[];
  readonly imports: (DynamicModule | Promise<DynamicModule>)[];
  /** `trust proxy` (Express), `trustProxy` (Fastify). */
  readonly trustProxy?: boolean | string | number;
  readonly host?: string;
  /** A unix socket to listen on instead. */
  readonly path?: string;
  /** Versions in the path. */
  readonly versioning?: boolean;
}

/** What an app answered. */
export interface LimitedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** A running app. */
export class RunningApp {
  private constructor(
    private readonly app: INestApplication,
    readonly url: string,
  ) {}

  static async start(options: LimitedApp): Promise<RunningApp> {
    @Module({ imports: options.imports, controllers: options.controllers })
    class AppModule {}

    const app = await create(AppModule, options);
    if (options.versioning === true) app.enableVersioning({ type: VersioningType.URI });
    if (options.path !== undefined) {
      await app.listen(options.path);
      return new RunningApp(app, options.path);
    }
    await app.listen(0, options.host ?? '127.0.0.1');
    return new RunningApp(app, await app.getUrl());
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<LimitedAnswer> {
    const response = await fetch(`${this.url}${path}`, { headers });
    return { status: response.status, headers: response.headers, body: await response.text() };
  }

  /** Statuses of so many requests, one after another. */
  async statuses(path: string, count: number, headers: Record<string, string> = {}): Promise<number[]> {
    const statuses: number[] = [];
    for (let sent = 0; sent < count; sent++) statuses.push((await this.get(path, headers)).status);
    return statuses;
  }

  /** A provider of the app. */
  inject<T>(token: Type<T>): T {
    return this.app.get(token, { strict: false });
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

async function create(module: Type, { platform, trustProxy }: LimitedApp): Promise<INestApplication> {
  if (platform === 'fastify') {
    // Its types take no number any more, and hosts give one all the same.
    const options = { trustProxy } as { trustProxy?: boolean | string };
    const adapter = new FastifyAdapter(trustProxy === undefined ? {} : options);
    return NestFactory.create(module, adapter, { logger: ['error'] });
  }
  const app = await NestFactory.create<NestExpressApplication>(module, { logger: ['error'] });
  if (trustProxy !== undefined) app.set('trust proxy', trustProxy);
  return app;
}
