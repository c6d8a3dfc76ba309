import type { ModuleMetadata, Type } from '@nestjs/common';
import { isObject, type OptionReader } from '../../kernel/configuration/option-reader.js';
import { isPlainObject } from '../graph/definition-reader.js';
import { type NameKind, nameFault } from '../graph/names.js';
import type { OwnershipResolver } from '../requirements/owner.decorator.js';

/** What a feature module adds to the definition: names that its routes ask for, and who decides what is one's own. Roles stay in one place. */
export interface AccessFeature {
  /** What it is called in messages, `articles` say; no other has this name. */
  readonly name: string;
  /** Permissions that exist. As with `permissions` of the definition, names that only a wildcard covers are unknown from then on. */
  readonly permissions?: readonly string[];
  /** Scopes, each with the patterns that a token with it is narrowed to; stated by one only. */
  readonly scopes?: Readonly<Record<string, readonly string[]>>;
  /** Resolvers that `@Owner()` names; they are provided here. */
  readonly owners?: readonly Type<OwnershipResolver>[];
  /** Modules whose exports the resolvers need. */
  readonly imports?: ModuleMetadata['imports'];
}

/** Resolved {@link AccessFeature}: the names that it adds. */
export interface FeatureNames {
  readonly name: string;
  readonly permissions: readonly string[];
  readonly scopes: ReadonlyMap<string, readonly string[]>;
}

/** Resolves what a feature adds; each mistake becomes a finding. */
export function readFeature(read: OptionReader<AccessFeature>): FeatureNames {
  const name = read.text('name', '', { pattern: /^\S+$/, expected: 'a name without white space' });
  if (!read.has('name')) read.refuse('name', 'is required: what the feature is called in messages');
  read.list('owners', (entry, path) => {
    const { prototype } = (entry ?? {}) as { readonly prototype?: Partial<OwnershipResolver> };
    if (typeof prototype?.owns !== 'function') read.findings.add(path, 'expected a class with owns()');
  });
  read.list('imports', (entry, path) => {
    if (entry === undefined) read.findings.add(path, 'is undefined: do two files import each other?');
  });
  const names = (list: unknown, kind: NameKind, path: string): readonly string[] => {
    if (!Array.isArray(list)) {
      read.findings.add(path, 'expected a list');
      return [];
    }
    for (const [at, entry] of list.entries()) {
      const fault = nameFault(kind, entry);
      if (fault !== undefined) read.findings.add(`${path}[${at}]`, `is no ${kind}: ${fault.message}`);
    }
    return list as readonly string[];
  };
  const table = read.raw('scopes');
  // As an object it has no entries.
  if (isObject(table) && !isPlainObject(table)) read.refuse('scopes', 'expected an object literal');
  const scopes = read.record('scopes', (patterns, path) => names(patterns, 'pattern', path));
  for (const scope of scopes.keys())
    if (nameFault('scope', scope) !== undefined)
      read.refuse('scopes', `${JSON.stringify(scope)} is no scope`);
  const permissions = read.has('permissions')
    ? names(read.raw('permissions'), 'permission', read.pathOf('permissions'))
    : [];
  return { name, permissions, scopes };
}
