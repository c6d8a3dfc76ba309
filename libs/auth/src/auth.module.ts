import { ConfigurableModuleBuilder, Module, type OnApplicationShutdown } from '@nestjs/common';
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
export class AuthModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(private readonly keys: KeyRing) {
    super();
  }

  onApplicationShutdown(): void {
    this.keys.close();
  }
}
