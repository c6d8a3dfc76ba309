import {
  type ConfigurableModuleAsyncOptions,
  ConfigurableModuleBuilder,
  type ConfigurableModuleCls,
  type DynamicModule,
  type FactoryProvider,
  type Provider,
} from '@nestjs/common';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { OpaqueSecret } from '../kernel/opaque-secret.js';
import { isObject, type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';
import { checkingFactory, readOptionsSource } from './options-source.js';

/** Makes the provider of resolved options: `resolve` gets what the host gave, and findings to report to. */
export type SettingsProvider = <Settings>(
  provide: FactoryProvider<Settings>['provide'],
  resolve: (options: unknown, findings: ConfigurationFindings) => Settings,
) => FactoryProvider<Settings>;

/** How a module is made of its extras and options. */
export interface ModuleRecipe<Extras extends object, Shape> {
  readonly name: string;
  /** Each extra with its default; a name that is missing here would be taken for an option. */
  readonly extras: Extras;
  /** Resolves the extras; each mistake becomes a finding. */
  readonly readExtras: (read: OptionReader<Extras>) => Shape;
  /** Completes what ConfigurableModuleBuilder began. */
  readonly build: (definition: DynamicModule, shape: Shape, settings: SettingsProvider) => DynamicModule;
}

/** Resolves all that was given beside the options. */
type ReadGiven<Shape> = (findings: ConfigurationFindings) => Shape;

/**
 * `forRoot()` and `forRootAsync()` of a module. Whatever a host gives, the module is built; all mistakes, those in the
 * extras included, are reported together by one AuthConfigurationError when the app starts.
 */
export function configurableModule<Options extends object, Extras extends object, Shape>(
  recipe: ModuleRecipe<Extras, Shape>,
): ConfigurableModuleCls<Options, 'forRoot', 'create', Extras> {
  const { name, extras, readExtras, build } = recipe;
  const token = Symbol(`gatehouse:${name}:options`);
  const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<Options>({
    moduleName: name,
    optionsInjectionToken: token,
  })
    .setClassMethodName('forRoot')
    .setExtras(extras)
    .build();

  const nothing = { useFactory: () => ({}) } as unknown as ConfigurableModuleAsyncOptions<Options> &
    Partial<Extras>;

  return class extends ConfigurableModuleClass {
    static override forRoot(given: Options & Partial<Extras>): DynamicModule {
      const readGiven: ReadGiven<Shape> = (findings) =>
        readOptions(extrasOf(given, extras), '', findings, readExtras);
      const definition = super.forRoot(isObject(given) ? given : ({} as Options));
      // What is no object is told of by whoever resolves it.
      const providers = isObject(given) ? definition.providers! : [{ provide: token, useValue: given }];
      const shape = readGiven(new ConfigurationFindings());
      return build(
        { ...definition, providers: providers.map(opaque) },
        shape,
        settingsProvider(token, readGiven, false),
      );
    }

    static override forRootAsync(
      given: ConfigurableModuleAsyncOptions<Options> & Partial<Extras>,
    ): DynamicModule {
      const readGiven: ReadGiven<Shape> = (findings) => readOptionsSource(given, findings, readExtras);
      const findings = new ConfigurationFindings();
      const shape = readGiven(findings);
      // Without the imports its factory needs, say, the options would fail in Nest's words before ours are heard.
      const definition = super.forRootAsync(findings.isEmpty ? given : nothing);
      const providers = definition.providers!.map((provider) =>
        opaque(isProviderOf(token, provider) ? checkingFactory(provider, given) : provider),
      );
      return build(
        { ...definition, imports: [], providers },
        shape,
        settingsProvider(token, readGiven, true),
      );
    }
  };
}

function settingsProvider<Shape>(
  token: symbol,
  readGiven: ReadGiven<Shape>,
  isAsync: boolean,
): SettingsProvider {
  return (provide, resolve) => ({
    provide,
    inject: [token],
    useFactory: (held: OpaqueSecret<unknown>) => {
      const options = held.reveal();
      const findings = new ConfigurationFindings();
      readGiven(findings);
      // There are no options of a source that is a mistake itself.
      if (isAsync) findings.throwIfAny();
      const settings = resolve(options, findings);
      findings.throwIfAny();
      return settings;
    },
  });
}

function isProviderOf(token: symbol, provider: Provider): provider is FactoryProvider {
  return 'useFactory' in provider && provider.provide === token;
}

function extrasOf(given: unknown, extras: object): object {
  if (!isObject(given)) return {};
  return Object.fromEntries(Object.keys(extras).map((name) => [name, given[name]]));
}

/** What a host gave holds its secrets, and any provider of an app may be shown. */
function opaque(provider: Provider): Provider {
  if ('useValue' in provider) return { ...provider, useValue: new OpaqueSecret(provider.useValue) };
  if (!('useFactory' in provider)) return provider;
  const useFactory = async (...given: unknown[]): Promise<OpaqueSecret<unknown>> =>
    new OpaqueSecret((await provider.useFactory(...given)) as unknown);
  return { ...provider, useFactory };
}
