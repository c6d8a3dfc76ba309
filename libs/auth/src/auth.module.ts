import {
  ConfigurableModuleBuilder,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { KeyRing } from './keys/key-ring.js';
import { type AuthModuleExtras } from './module/auth-module-extras.js';
import type { AuthModuleOptions } from './options/auth-module-options.js';
import { shapeModule } from './module/shape-module.js';

// A key that is missing here would be taken for an option: each extra has its default.
const extras: AuthModuleExtras = {
  userAuthenticator: undefined,
  imports: [],
  isGlobal: true,
  registerGuards: true,
  endpoints: {},
  problemDetails: 'own',
};

const OPTIONS = Symbol('gatehouse:options');

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<AuthModuleOptions>({
  moduleName: 'Gatehouse',
  optionsInjectionToken: OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras(extras, (definition, given) => shapeModule(definition, given, OPTIONS))
  .build();

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
export class AuthModule extends ConfigurableModuleClass implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly keys: KeyRing,
    private readonly modules: ModulesContainer,
  ) {
    super();
  }

  /** Each import of `forRoot()` is a module of its own: two guard chains, two connections, two memories of revocations. */
  onModuleInit(): void {
    const [first, ...others] = [...this.modules.values()].filter(({ metatype }) => metatype === AuthModule);
    if (others.length === 0 || (first?.instance as unknown) !== this) return;
    new Logger('Gatehouse').warn(
      `AuthModule is set up ${others.length + 1} times in this app, and a call has to please all of them; import forRoot() once.`,
    );
  }

  onApplicationShutdown(): void {
    this.keys.close();
  }
}
