import { type INestApplication, Module, type Provider, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Clock, SystemClock } from '../../libs/auth/src/kernel/clock.js';
import { ConfigurationFindings } from '../../libs/auth/src/kernel/configuration-error.js';
import { ProblemDetailsFilter } from '../../libs/auth/src/problem-details/problem-details.filter.js';
import {
  GatehouseThrottlerGuard,
  GatehouseUserThrottlerGuard,
  MemorySlidingWindowStore,
  resolveThrottlerSettings,
  SharedWindowStore,
  type SlidingWindowStore,
  type ThrottleOptions,
  throttlerProviders,
  ThrottlerSettings,
} from '../../libs/auth/src/throttler/index.js';

export type Platform = 'express' | 'fastify';

/** What a limited test app is made of. */
export interface LimitedApp {
  platform: Platform;
  controllers: Type[];
  throttle?: ThrottleOptions;
  store?: SlidingWindowStore;
  /** The guard that authenticates, between the two stages. */
  authentication?: Type;
  /** `trust proxy` / `trustProxy`. */
  trustProxy?: boolean | string;
  providers?: Provider[];
}

/** A running app whose only protection is the rate limit. */
export interface RunningApp {
  readonly app: INestApplication;
  readonly url: string;
}

export async function startLimitedApp(options: LimitedApp): Promise<RunningApp> {
  const findings = new ConfigurationFindings();
  const settings = resolveThrottlerSettings(options.throttle ?? {}, findings);
  findings.throwIfAny();
  const clock = new SystemClock();

  @Module({
    controllers: options.controllers,
    providers: [
      ...(options.providers ?? []),
      { provide: Clock, useValue: clock },
      { provide: ThrottlerSettings, useValue: settings },
      { provide: SharedWindowStore, useValue: options.store ?? new MemorySlidingWindowStore(clock) },
      ...throttlerProviders,
      { provide: APP_GUARD, useExisting: GatehouseThrottlerGuard },
      ...(options.authentication ? [{ provide: APP_GUARD, useClass: options.authentication }] : []),
      { provide: APP_GUARD, useExisting: GatehouseUserThrottlerGuard },
      { provide: APP_FILTER, useClass: ProblemDetailsFilter },
    ],
  })
  class AppModule {}

  const app = await create(AppModule, options);
  await app.listen(0, '127.0.0.1');
  return { app, url: (await app.getUrl()).replace('localhost', '127.0.0.1') };
}

async function create(module: Type, { platform, trustProxy }: LimitedApp): Promise<INestApplication> {
  if (platform === 'fastify') {
    const adapter = new FastifyAdapter(trustProxy === undefined ? {} : { trustProxy });
    return NestFactory.create(module, adapter, { logger: ['error'] });
  }
  const app = await NestFactory.create<NestExpressApplication>(module, { logger: ['error'] });
  if (trustProxy !== undefined) app.set('trust proxy', trustProxy);
  return app;
}
