import type { ModuleMetadata } from '@nestjs/common';
import type { OptionReader } from '../kernel/configuration/option-reader.js';
import type { GroupShape } from '../kernel/configuration/option-shapes.js';

/** What must be known before the options are, since it shapes the module itself. Given beside the options. */
export interface ModuleExtras {
  /** Modules whose exports are needed inside: by the factory of `forRootAsync()`, say. */
  imports?: ModuleMetadata['imports'];
  /** Whether services and guards can be injected everywhere. @default true */
  isGlobal?: boolean;
  /** Whether the guards protect every route of the app. @default true */
  registerGuards?: boolean;
  /**
   * `own` writes problem documents for the refusals of this library; `all` for every error of the app (malformed JSON,
   * 404, 413, validation …), with nothing of an unexpected error but its status. @default 'own'
   */
  problemDetailsFor?: 'own' | 'all';
}

/** Resolved {@link ModuleExtras}. */
export interface ModuleShape {
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  readonly isGlobal: boolean;
  readonly registerGuards: boolean;
  readonly problemDetailsFor: 'own' | 'all';
}

/** Names of {@link ModuleExtras}, with the defaults that ConfigurableModuleBuilder asks for. */
export const moduleExtras: Required<ModuleExtras> = {
  imports: [],
  isGlobal: true,
  registerGuards: true,
  problemDetailsFor: 'own',
};

/** Resolves what all modules have beside their options; each mistake becomes a finding. */
export function readModuleExtras(read: OptionReader<ModuleExtras>): ModuleShape {
  const imports = read.list('imports', (entry, path) => {
    if (typeof entry === 'function' || (typeof entry === 'object' && entry !== null)) return entry;
    const cause = entry === undefined ? ' (undefined: do two files import each other?)' : '';
    read.findings.add(path, `expected a module${cause}`);
    return undefined;
  });
  return {
    imports: [...(imports ?? [])] as NonNullable<ModuleMetadata['imports']>,
    isGlobal: read.flag('isGlobal', true),
    registerGuards: read.flag('registerGuards', true),
    problemDetailsFor: read.choice('problemDetailsFor', ['own', 'all']),
  };
}

/** An extra among the options came out of the factory of `forRootAsync()`, when the module was long shaped. */
export function extrasElsewhere(extras: object): NonNullable<GroupShape['elsewhere']> {
  return {
    names: Object.keys(extras),
    message: 'shapes the module: give it beside useFactory, not in what that returns',
  };
}
