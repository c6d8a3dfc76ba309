import { type DynamicModule, Module } from '@nestjs/common';
import { capabilityModule } from '../configuration/capability-module.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { isObject, type OptionReader } from '../kernel/configuration/option-reader.js';
import { problemFilterProvider } from '../problem-details/problem-filter.provider.js';
import type { AccessFeature } from './features/access-feature.js';
import { featureModule } from './features/access-feature.module.js';
import { RbacGuard } from './rbac.guard.js';
import { rbacExports, rbacProviders } from './rbac.providers.js';
import { type RbacOptions, RbacSettings, readRbac } from './rbac.settings.js';
import { RoleGraphSignal } from './role-source.js';

/** Options of {@link RbacModule}. */
type RbacModuleOptions = RbacOptions & {
  /** Tells all instances of reloads, e.g. a `RedisSignal`. */
  readonly signal?: RoleGraphSignal;
};

/** What both tokens below are made of. */
abstract class RbacModuleSettings {
  abstract readonly rbac: RbacSettings;
  abstract readonly signal: RoleGraphSignal | undefined;
}

const ConfigurableRbacModule = capabilityModule<RbacModuleOptions, RbacModuleSettings>({
  name: 'RbacModule',
  settings: RbacModuleSettings,
  read: readModuleOptions,
  providers: ({ problemDetailsFor }) => [
    {
      provide: RbacSettings,
      inject: [RbacModuleSettings],
      useFactory: ({ rbac }: RbacModuleSettings) => rbac,
    },
    {
      provide: RoleGraphSignal,
      inject: [RbacModuleSettings],
      useFactory: ({ signal }: RbacModuleSettings) => signal,
    },
    { provide: AuthEvents, useFactory: () => new AuthEvents() },
    ...rbacProviders,
    problemFilterProvider(problemDetailsFor),
  ],
  guards: [RbacGuard],
  exports: [...rbacExports, AuthEvents],
  mark: RbacSettings,
});

/**
 * Access control alone, for applications that authenticate in another way: put the caller on the request as `user`
 * (`{ subject, roles, scope }`) before guards of imported modules run, e.g. with an `APP_GUARD` of the root module.
 * @example
 * ```ts
 * @Module({ imports: [RbacModule.forRoot({ definition: access, defaultPolicy: 'deny' })] })
 * export class AppModule {}
 * ```
 * When `registerGuards` is false, put `RbacGuard` behind the guard that authenticates.
 */
@Module({})
export class RbacModule extends ConfigurableRbacModule {
  /**
   * What a feature module adds to the definition of the root module: permissions, scopes, resolvers of ownership. Merged at boot, which
   * what two of them state stops with `AuthConfigurationError`.
   * @example
   * ```ts
   * @Module({ imports: [RbacModule.forFeature({ name: 'articles', permissions: ['articles:publish'] })] })
   * export class ArticlesModule {}
   * ```
   */
  static forFeature(feature: AccessFeature): DynamicModule {
    return featureModule(feature);
  }
}

function readModuleOptions(read: OptionReader<RbacModuleOptions>): RbacModuleSettings {
  return {
    rbac: readRbac(read),
    signal: read.instance<RoleGraphSignal>('signal', isSignal, 'an object with send(), follow() and close()'),
  };
}

function isSignal(value: unknown): boolean {
  return isObject(value) && ['send', 'follow', 'close'].every((verb) => typeof value[verb] === 'function');
}
