import {
  type DynamicModule,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
  Optional,
} from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { configurableModule } from './configuration/configurable-module.js';
import { AuthConfigurationError } from './kernel/configuration/configuration-error.js';
import { KeyRing } from './keys/key-ring.js';
import {
  type AuthModuleExtras,
  authModuleExtras,
  type AuthModuleShape,
  readAuthModuleExtras,
} from './module/auth-module-extras.js';
import { leftoverGuards } from './module/leftover-guards.js';
import { shapeModule } from './module/shape-module.js';
import type { AuthModuleOptions } from './options/auth-module-options.js';
import type { AccessFeature } from './rbac/features/access-feature.js';
import { featureModule } from './rbac/features/access-feature.module.js';

type ModuleOfNest = ModulesContainer extends Map<string, infer T> ? T : never;

const NEVER_SET_UP = 'is imported without options: write AuthModule.forRoot({ … }) once, in the root module';
const BARE_IMPORT =
  'imports AuthModule without forRoot(): delete that import. AuthModule is global, and only forRoot() in the root module sets it up.';
const LEFTOVER_GUARD =
  'asks passport for a strategy that nobody has registered, so each call is a 500: delete that guard, since AuthModule guards every route already.';

const ConfigurableAuthModule = configurableModule<AuthModuleOptions, AuthModuleExtras, AuthModuleShape>({
  name: 'AuthModule',
  extras: authModuleExtras,
  readExtras: readAuthModuleExtras,
  build: shapeModule,
});

/**
 * Authentication and authorisation for a Nest app.
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     AuthModule.forRoot({
 *       issuer: 'https://api.example.com',
 *       audience: 'https://api.example.com',
 *       imports: [UsersModule],
 *       userAuthenticator: AppUserAuthenticator,
 *     }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({})
export class AuthModule extends ConfigurableAuthModule implements OnModuleInit, OnApplicationShutdown {
  /**
   * What a feature module adds to the definition of the root module: permissions, scopes, resolvers of ownership. Merged at boot, which
   * what two of them state stops with `AuthConfigurationError`.
   * @example
   * ```ts
   * @Module({ imports: [AuthModule.forFeature({ name: 'articles', permissions: ['articles:publish'] })] })
   * export class ArticlesModule {}
   * ```
   */
  static forFeature(feature: AccessFeature): DynamicModule {
    return featureModule(feature);
  }

  private readonly logger = new Logger('Gatehouse');

  // Both lead to the whole app: who shows this module doesn't mean that.
  readonly #modules: ModulesContainer;
  readonly #config: ApplicationConfig;

  /** @internal */
  constructor(
    // Named: of `KeyRing | undefined` the compiler tells Nest nothing, and nobody would be closed.
    @Optional() @Inject(KeyRing) private readonly keys: KeyRing | undefined,
    modules: ModulesContainer,
    config: ApplicationConfig,
  ) {
    super();
    this.#modules = modules;
    this.#config = config;
  }

  /** @throws AuthConfigurationError when this class is imported, but `forRoot()` never is */
  onModuleInit(): void {
    const all = [...this.#modules.values()].filter(({ metatype }) => metatype === AuthModule);
    if ((all[0]?.instance as unknown) !== this) return;
    // Only what `forRoot()` makes has providers of ours; the bare class is an empty module.
    const setUps = all.filter(({ providers }) => providers.has(KeyRing));
    const bare = all.filter((module) => !setUps.includes(module));
    if (setUps.length === 0)
      throw new AuthConfigurationError([{ option: 'AuthModule', message: NEVER_SET_UP }]);
    if (bare.length > 0) this.logger.warn(`${importersOf(bare, this.#modules)} ${BARE_IMPORT}`);
    // Each import of `forRoot()` is a module of its own: two guard chains, two connections, two memories of revocations.
    if (setUps.length > 1)
      this.logger.warn(
        `AuthModule is set up ${setUps.length} times in this app, and a call has to please all of them; import forRoot() once.`,
      );
    for (const leftover of leftoverGuards(this.#modules, this.#config))
      this.logger.error(`${leftover} ${LEFTOVER_GUARD}`);
  }

  onApplicationShutdown(): void {
    this.keys?.close();
  }
}

function importersOf(bare: readonly ModuleOfNest[], modules: ModulesContainer): string {
  return [...modules.values()]
    .filter(({ imports }) => bare.some((module) => imports.has(module)))
    .map(({ name }) => name)
    .join(', ');
}
