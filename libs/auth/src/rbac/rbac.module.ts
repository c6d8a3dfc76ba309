import { type DynamicModule, type FactoryProvider, Module, type ModuleMetadata } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { ConfigurationFindings } from '../kernel/configuration-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { ProblemDetailsFilter } from '../problem-details/problem-details.filter.js';
import { RbacGuard } from './rbac.guard.js';
import { rbacExports, rbacProviders } from './rbac.providers.js';
import { type RbacOptions, RbacSettings, resolveRbacSettings } from './rbac.settings.js';
import { RoleGraphSignal } from './role-source.js';

/** What {@link RbacModule} itself needs to know before any option is there. */
export interface RbacModuleExtras {
  /**
   * Whether the module guards all routes. When it doesn't, put `RbacGuard` behind the guard that authenticates.
   * @default true
   */
  readonly registerGuard?: boolean;
}

/** Options of {@link RbacModule}. */
export interface RbacModuleOptions extends RbacOptions {
  /** Tells all instances of reloads, e.g. a `RedisSignal`. */
  readonly signal?: RoleGraphSignal;
}

/** How {@link RbacModule.forRootAsync} gets its options. */
export interface RbacModuleAsyncOptions
  extends
    Pick<ModuleMetadata, 'imports'>,
    Pick<FactoryProvider<RbacModuleOptions>, 'inject' | 'useFactory'>,
    RbacModuleExtras {}

const OPTIONS = Symbol('RbacModuleOptions');

/**
 * Access control alone, for applications that authenticate in another way: put the caller on the request as `user`
 * (`{ subject, roles, scope }`) before guards of imported modules run, e.g. with an `APP_GUARD` of the root module.
 * @example
 * ```ts
 * @Module({ imports: [RbacModule.forRoot({ definition: access, defaultPolicy: 'deny' })] })
 * export class AppModule {}
 * ```
 */
@Module({})
export class RbacModule {
  /** @throws AuthConfigurationError at boot; AccessDefinitionError when the definition is wrong */
  static forRoot({ registerGuard, ...options }: RbacModuleOptions & RbacModuleExtras): DynamicModule {
    return RbacModule.forRootAsync({
      useFactory: () => options,
      ...(registerGuard !== undefined && { registerGuard }),
    });
  }

  /** The same with options, a {@link RoleSource} for instance, out of dependency injection. */
  static forRootAsync({
    imports = [],
    inject = [],
    useFactory,
    registerGuard = true,
  }: RbacModuleAsyncOptions): DynamicModule {
    return {
      module: RbacModule,
      global: true,
      imports,
      providers: [
        { provide: OPTIONS, inject, useFactory },
        { provide: RbacSettings, inject: [OPTIONS], useFactory: settingsOf },
        {
          provide: RoleGraphSignal,
          inject: [OPTIONS],
          useFactory: ({ signal }: RbacModuleOptions) => signal,
        },
        { provide: AuthEvents, useFactory: () => new AuthEvents() },
        ...rbacProviders,
        ProblemDetailsFilter,
        { provide: APP_FILTER, useExisting: ProblemDetailsFilter },
        ...(registerGuard ? [{ provide: APP_GUARD, useExisting: RbacGuard }] : []),
      ],
      exports: [...rbacExports, AuthEvents],
    };
  }
}

function settingsOf(options: RbacModuleOptions): RbacSettings {
  const findings = new ConfigurationFindings();
  const settings = resolveRbacSettings(options, findings, 'rbac');
  findings.throwIfAny();
  return settings;
}
