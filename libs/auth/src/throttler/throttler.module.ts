import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { Clock, SystemClock } from '../kernel/clock.js';
import { ConfigurationFindings } from '../kernel/configuration-error.js';
import { ProblemDetailsFilter } from '../problem-details/problem-details.filter.js';
import { CredentialThrottle } from './credential-throttle.service.js';
import { GatehouseThrottlerGuard, GatehouseUserThrottlerGuard } from './gatehouse-throttler.guard.js';
import { SharedWindowStore } from './request-windows.store.js';
import { type OpenedWindows, openWindows, type WindowMediumOptions } from './shared-windows.js';
import { SlidingWindowStore } from './sliding-window/sliding-window.store.js';
import { throttlerProviders } from './throttler.providers.js';
import { resolveThrottlerSettings, type ThrottleOptions, ThrottlerSettings } from './throttler.settings.js';

/** Options of {@link GatehouseThrottlerModule}. */
export interface GatehouseThrottlerModuleOptions extends ThrottleOptions, WindowMediumOptions {}

/** Keeps what was opened until the app ends. */
class WindowMedium implements OnApplicationShutdown {
  constructor(readonly opened: OpenedWindows) {}

  onApplicationShutdown(): Promise<void> {
    return this.opened.close();
  }
}

/**
 * Rate limits alone, for applications without `AuthModule`. Throttlers `by: 'user'` count `request.user.subject` where
 * a guard of the root module has put it there, and addresses otherwise.
 * @example
 * ```ts
 * @Module({ imports: [GatehouseThrottlerModule.forRoot({ redis: 'redis://localhost' })] })
 * export class AppModule {}
 * ```
 */
@Module({})
export class GatehouseThrottlerModule {
  /** @throws AuthConfigurationError listing every mistake */
  static forRoot(options: GatehouseThrottlerModuleOptions): DynamicModule {
    const findings = new ConfigurationFindings();
    const settings = resolveThrottlerSettings(options, findings, 'throttler');
    findings.throwIfAny();
    return {
      module: GatehouseThrottlerModule,
      global: true,
      providers: [
        { provide: Clock, useClass: SystemClock },
        { provide: ThrottlerSettings, useValue: settings },
        {
          provide: WindowMedium,
          useFactory: (clock: Clock) => new WindowMedium(openWindows(options, clock)),
          inject: [Clock],
        },
        {
          provide: SharedWindowStore,
          useFactory: ({ opened }: WindowMedium) => opened.windows,
          inject: [WindowMedium],
        },
        ...throttlerProviders,
        { provide: APP_GUARD, useExisting: GatehouseThrottlerGuard },
        { provide: APP_GUARD, useExisting: GatehouseUserThrottlerGuard },
        { provide: APP_FILTER, useClass: ProblemDetailsFilter },
      ],
      exports: [CredentialThrottle, SlidingWindowStore],
    };
  }
}
