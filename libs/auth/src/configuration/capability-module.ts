import {
  type ConfigurableModuleCls,
  type DynamicModule,
  type FactoryProvider,
  Inject,
  type InjectionToken,
  type OnModuleInit,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, ModulesContainer } from '@nestjs/core';
import { AuthConfigurationError } from '../kernel/configuration/configuration-error.js';
import { type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';
import { configurableModule } from './configurable-module.js';
import {
  extrasElsewhere,
  moduleExtras,
  type ModuleExtras,
  type ModuleShape,
  readModuleExtras,
} from './module-extras.js';

/** What a module brings that holds one capability alone. */
export interface Capability<Options extends object, Settings> {
  readonly name: string;
  /** Token of what the options are resolved to. */
  readonly settings: FactoryProvider<Settings>['provide'];
  /** Resolves the options; each mistake becomes a finding. */
  readonly read: (read: OptionReader<Options>) => Settings;
  readonly providers: (shape: ModuleShape) => readonly Provider[];
  /** What protects every route, in this order, unless `registerGuards` is false. */
  readonly guards: readonly Type[];
  readonly exports: NonNullable<DynamicModule['exports']>;
  /** What a module has that was set up with this capability, be it another one. */
  readonly mark: InjectionToken;
}

/** `forRoot()` and `forRootAsync()` of the module of one capability, with the extras that all modules have. */
export function capabilityModule<Options extends object, Settings>({
  name,
  settings,
  read,
  providers,
  guards,
  exports,
  mark,
}: Capability<Options, Settings>): ConfigurableModuleCls<Options, 'forRoot', 'create', ModuleExtras> {
  const Configurable = configurableModule<Options, ModuleExtras, ModuleShape>({
    name,
    extras: moduleExtras,
    readExtras: readModuleExtras,
    build: (definition, shape, provideSettings) => ({
      ...definition,
      global: shape.isGlobal,
      imports: shape.imports,
      providers: [
        ...(definition.providers ?? []),
        provideSettings(settings, (given, findings) =>
          readOptions(given ?? null, '', findings, read, { elsewhere: extrasElsewhere(moduleExtras) }),
        ),
        ...providers(shape),
        ...(shape.registerGuards ? guards.map((guard) => ({ provide: APP_GUARD, useExisting: guard })) : []),
      ],
      exports,
    }),
  });

  class SetUpModule extends Configurable implements OnModuleInit {
    // It leads to the whole app: who shows this module doesn't mean that.
    readonly #modules: ModulesContainer;

    constructor(@Inject(ModulesContainer) modules: ModulesContainer) {
      super();
      this.#modules = modules;
    }

    /** The bare class is an empty module: the decorators of the host would be obeyed by nobody. */
    onModuleInit(): void {
      if ([...this.#modules.values()].some((module) => module.providers.has(mark))) return;
      const message = `is imported without options: write ${name}.forRoot({ … }) once, in the root module`;
      throw new AuthConfigurationError([{ option: name, message }]);
    }
  }
  // Nest makes the instances: what the constructor takes is nobody else's business.
  return SetUpModule as unknown as typeof Configurable;
}
