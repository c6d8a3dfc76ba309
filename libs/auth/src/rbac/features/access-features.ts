import type { ModulesContainer } from '@nestjs/core';
import {
  AuthConfigurationError,
  ConfigurationFindings,
} from '../../kernel/configuration/configuration-error.js';
import { isObject, readOptions } from '../../kernel/configuration/option-reader.js';
import type { AccessDefinition } from '../graph/access-definition.js';
import { isPlainObject } from '../graph/definition-reader.js';
import type { RbacSettings } from '../rbac.settings.js';
import type { RoleSource } from '../role-source.js';
import { type AccessFeature, type FeatureNames, readFeature } from './access-feature.js';

/** Token of what a feature module gave; every one provides it for itself. */
export const ACCESS_FEATURE = Symbol.for('gatehouse:access-feature');

/** Who stated a name. */
type Statements = Map<string, string>;

/**
 * What all feature modules of an app add to its definition. They are found among the modules that are there when the role graph is made,
 * so nothing is kept beside an app, and those of one app don't concern another.
 */
export class AccessFeatures {
  private constructor(
    private readonly given: ReadonlySet<unknown>,
    private readonly features: readonly FeatureNames[],
  ) {}

  /** @throws AuthConfigurationError with every mistake in what they gave, and in how it goes together */
  static among(modules: ModulesContainer): AccessFeatures {
    const given = new Set(
      [...modules.values()].flatMap(({ providers }) => {
        const wrapper = providers.get(ACCESS_FEATURE);
        return wrapper === undefined ? [] : [wrapper.instance];
      }),
    );
    const findings = new ConfigurationFindings();
    const features = [...given].map((each, at) =>
      readOptions<AccessFeature, FeatureNames>(each ?? null, pathOf(each, at), findings, readFeature),
    );
    findTwice(features, new Map(), findings);
    findings.throwIfAny();
    return new AccessFeatures(given, features);
  }

  /** Whether it was there when the role graph was made. */
  has(given: unknown): boolean {
    return this.given.has(given);
  }

  /** Settings whose definition, or each that their source loads, has what the features add. */
  extend(settings: RbacSettings): RbacSettings {
    if (this.features.length === 0) return settings;
    const { source, definition } = settings;
    const changes =
      source === undefined ? { definition: this.addTo(definition) } : { source: this.sourceOver(source) };
    return Object.freeze(Object.assign({}, settings, changes));
  }

  private sourceOver(source: RoleSource): RoleSource {
    const load = async (): Promise<AccessDefinition> => this.addTo(await source.load());
    return source.watch === undefined ? { load } : { load, watch: (changed) => source.watch!(changed) };
  }

  /** @throws AuthConfigurationError where the definition states what a feature states */
  private addTo(definition: AccessDefinition): AccessDefinition {
    // What is no definition is told of by whoever compiles it.
    if (!isObject(definition)) return definition;
    const [scopes, permissions] = [fieldOf(definition, 'scopes'), fieldOf(definition, 'permissions')];
    const stated: Statements = new Map();
    for (const scope of namesOf(scopes)) stated.set(`scope '${scope}'`, 'the definition');
    for (const permission of Array.isArray(permissions) ? (permissions as unknown[]) : [])
      if (typeof permission === 'string') stated.set(`permission '${permission}'`, 'the definition');
    const findings = new ConfigurationFindings();
    findTwice(this.features, stated, findings);
    findings.throwIfAny();
    const moreScopes = this.features.flatMap((feature) => [...feature.scopes]);
    const morePermissions = this.features.flatMap((feature) => feature.permissions);
    const changes = {
      ...(moreScopes.length > 0 && { scopes: withRows(scopes, moreScopes) }),
      // None lists any: wildcards go on making names known.
      ...(morePermissions.length > 0 && { permissions: withNames(permissions, morePermissions) }),
    };
    return { ...definition, ...changes } as AccessDefinition;
  }
}

function pathOf(given: unknown, at: number): string {
  const name = isObject(given) ? given['name'] : undefined;
  return `forFeature(${typeof name === 'string' && name !== '' ? name : at})`;
}

/** Whatever two state is a mistake of one of them, the same patterns as well: who reads one place has to know all of it. */
function findTwice(
  features: readonly FeatureNames[],
  stated: Statements,
  findings: ConfigurationFindings,
): void {
  for (const { name, permissions, scopes } of features) {
    const own = [
      ...(name === '' ? [] : [`the name '${name}'`]),
      ...[...scopes.keys()].map((scope) => `scope '${scope}'`),
      ...permissions.map((permission) => `permission '${permission}'`),
    ];
    for (const what of own) {
      const other = stated.get(what);
      if (other !== undefined)
        findings.add(`forFeature(${name})`, `${what} is stated by ${other} already: state it in one place`);
      stated.set(what, `forFeature(${name})`);
    }
  }
}

/** As whoever compiles it reads it: what is inherited isn't stated. */
function fieldOf(definition: object, name: keyof AccessDefinition): unknown {
  return Object.hasOwn(definition, name) ? (definition as Record<string, unknown>)[name] : undefined;
}

function namesOf(table: unknown): readonly string[] {
  if (table instanceof Map) return [...(table as Map<string, unknown>).keys()];
  if (Array.isArray(table)) return table.map((row: unknown) => (Array.isArray(row) ? String(row[0]) : ''));
  return isPlainObject(table) ? Object.keys(table) : [];
}

/**
 * The table and further rows. One that would be refused stays as it is (an empty list is a store that has lost its rows), and each of
 * its rows stays, so that whoever compiles it finds what is wrong with it.
 */
function withRows(table: unknown, rows: readonly (readonly [string, unknown])[]): unknown {
  if (table === undefined) return new Map(rows);
  if (table instanceof Map) return new Map([...(table as Map<string, unknown>), ...rows]);
  if (Array.isArray(table)) return table.length === 0 ? table : [...(table as unknown[]), ...rows];
  return isPlainObject(table) ? new Map([...Object.entries(table), ...rows]) : table;
}

/** The same of a list of names, which may be empty. */
function withNames(list: unknown, names: readonly string[]): unknown {
  if (list === undefined) return names;
  return Array.isArray(list) ? [...(list as unknown[]), ...names] : list;
}

/** @throws AuthConfigurationError saying what to do about a module that was loaded too late, or into an app without access control */
export function refuseFeature(given: unknown, message: string): never {
  throw new AuthConfigurationError([{ option: pathOf(given, 0), message }]);
}
