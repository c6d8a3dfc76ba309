import { Module, type OnApplicationShutdown, type OnModuleInit, type Provider } from '@nestjs/common';
import { capabilityModule } from '../configuration/capability-module.js';
import { Clock, SystemClock } from '../kernel/clock.js';
import { MEASURED } from '../configuration/measured.js';
import { problemFilterProvider } from '../problem-details/problem-filter.provider.js';
import { CredentialThrottle } from './credentials/credential-throttle.service.js';
import {
  GatehouseThrottlerGuard,
  GatehouseUserThrottlerGuard,
} from './requests/gatehouse-throttler.guard.js';
import { RateLimits } from './requests/rate-limits.service.js';
import { OpenedWindows, readWindowMedium, type WindowMediumSettings } from './shared-windows.js';
import { SlidingWindowStore } from './sliding-window/sliding-window.store.js';
import { throttlerProviders } from './throttler.providers.js';
import type { GatehouseThrottlerModuleOptions } from './throttler.options.js';
import { readThrottler, ThrottlerSettings } from './throttler.settings.js';
import { WindowStores } from './window-stores.js';

/** Keeps what was opened until the app ends. */
class WindowMedium implements OnModuleInit, OnApplicationShutdown {
  constructor(readonly opened: OpenedWindows) {}

  onModuleInit(): Promise<void> {
    return this.opened.settle();
  }

  onApplicationShutdown(): Promise<void> {
    return this.opened.close();
  }
}

/** What the providers below are made of. */
abstract class ThrottlerModuleSettings {
  abstract readonly throttler: ThrottlerSettings;
  abstract readonly medium: WindowMediumSettings;
}

const guards = [GatehouseThrottlerGuard, GatehouseUserThrottlerGuard];

const windowProviders: Provider[] = [
  { provide: Clock, useClass: SystemClock },
  {
    provide: ThrottlerSettings,
    inject: [ThrottlerModuleSettings],
    useFactory: ({ throttler }: ThrottlerModuleSettings) => throttler,
  },
  {
    provide: WindowMedium,
    inject: [ThrottlerModuleSettings, Clock],
    useFactory: ({ medium, throttler }: ThrottlerModuleSettings, clock: Clock) =>
      new WindowMedium(new OpenedWindows(medium, throttler, clock)),
  },
  {
    provide: WindowStores,
    inject: [WindowMedium],
    useFactory: ({ opened }: WindowMedium) => opened.stores(),
  },
  {
    provide: MEASURED,
    inject: [WindowStores],
    useFactory: (windows: WindowStores) => ({ windows: () => windows }),
  },
];

const ConfigurableThrottlerModule = capabilityModule<
  GatehouseThrottlerModuleOptions,
  ThrottlerModuleSettings
>({
  name: 'GatehouseThrottlerModule',
  settings: ThrottlerModuleSettings,
  read: (read) => ({ throttler: readThrottler(read), medium: readWindowMedium(read) }),
  providers: ({ problemDetailsFor }) => [
    ...windowProviders,
    ...throttlerProviders,
    problemFilterProvider(problemDetailsFor),
  ],
  guards,
  // A guard in a host's `@UseGuards()` is made anew in the module of the host, which needs the last three for it.
  exports: [
    CredentialThrottle,
    RateLimits,
    SlidingWindowStore,
    ...guards,
    Clock,
    ThrottlerSettings,
    WindowStores,
  ],
  mark: ThrottlerSettings,
});

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
export class GatehouseThrottlerModule extends ConfigurableThrottlerModule {}
