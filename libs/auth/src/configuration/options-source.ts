import type { ConfigurableModuleAsyncOptions, FactoryProvider } from '@nestjs/common';
import {
  AuthConfigurationError,
  type ConfigurationFindings,
} from '../kernel/configuration/configuration-error.js';
import { type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';

/** What `forRootAsync()` takes beside the extras. */
type Source = Omit<ConfigurableModuleAsyncOptions<object>, 'imports'>;

const WAYS = ['useFactory', 'useClass', 'useExisting'] as const;

/** Resolves the extras of `forRootAsync()`, and checks what it says about where the options come from. */
export function readOptionsSource<Extras extends object, Shape>(
  given: unknown,
  findings: ConfigurationFindings,
  readExtras: (read: OptionReader<Extras>) => Shape,
): Shape {
  return readOptions<Source & Extras, Shape>(
    given ?? null,
    '',
    findings,
    (read) => {
      readSource(read);
      return readExtras(read);
    },
    { stranger: 'is not known beside useFactory; options belong into what it returns' },
  );
}

function readSource(read: OptionReader<Source>): void {
  const given = WAYS.filter((way) => read.function(way) !== undefined || read.has(way));
  if (given.length === 0) read.refuse('useFactory', 'is required: a function that returns the options');
  if (given.length > 1) read.refuse('useFactory', `give one of ${given.join(', ')}`);
  for (const name of ['inject', 'provideInjectionTokensFrom'] as const)
    read.list(name, (entry, path) => {
      if (entry === undefined || entry === null)
        read.findings.add(path, `is ${entry}: do two files import each other?`);
    });
}

/** The provider of the options; where they are to come from a class, one that can't make any is a finding. */
export function checkingFactory(provider: FactoryProvider, given: Source): FactoryProvider {
  const way = (['useClass', 'useExisting'] as const).find((name) => given?.[name] !== undefined);
  if (way === undefined) return provider;
  const useFactory = (factory: { readonly create?: unknown } | null | undefined): unknown => {
    if (typeof factory?.create === 'function') return provider.useFactory(factory);
    const message = 'expected a class with create(), which returns the options';
    throw new AuthConfigurationError([{ option: way, message }]);
  };
  return { ...provider, useFactory };
}
