import type { ConfigurationFindings } from '../kernel/configuration-error.js';
import type { AccessDefinition } from './graph/access-definition.js';
import { RoleSource } from './role-source.js';

/** What a route may do that says nothing about access: serve every authenticated caller, or nobody. */
export type DefaultPolicy = 'authenticated' | 'deny';

/** How a method's requirements combine with its class's: all must hold, or the method's replace those of the same kind. */
export type CombineMode = 'narrow' | 'override';

/** What the route audit at boot does with what it finds. */
export type AuditMode = 'off' | 'warn' | 'error';

/** Options of access control. */
export interface RbacOptions {
  /** Roles, grants and scopes that are fixed at build time; see `defineAccess()`. */
  readonly definition?: AccessDefinition;
  /** Where the definition comes from when it changes at run time; instead of {@link definition}. */
  readonly source?: RoleSource;
  /**
   * What happens on a route without any decorator of ours.
   * @default 'authenticated'
   */
  readonly defaultPolicy?: DefaultPolicy;
  /**
   * Whether a method's requirements are added to its class's, or replace those of the same kind.
   * @default 'narrow'
   */
  readonly combine?: CombineMode;
  /**
   * Findings of the route audit: ignored, logged, or a boot error. Unknown names in decorators stop the boot in any case
   * when the definition is static.
   * @default 'warn'
   */
  readonly audit?: AuditMode;
  /**
   * How many permissions that no decorator names get a compiled column when they are first asked for.
   * @default 1024
   */
  readonly maxColumns?: number;
}

/** Resolved options of access control; type and DI token. */
export abstract class RbacSettings {
  /** The static definition; an empty one when there is a {@link source} or nothing. */
  abstract readonly definition: AccessDefinition;
  abstract readonly source: RoleSource | undefined;
  abstract readonly defaultPolicy: DefaultPolicy;
  abstract readonly combine: CombineMode;
  abstract readonly audit: AuditMode;
  abstract readonly maxColumns: number;
}

const NO_ROLES: AccessDefinition = Object.freeze({ roles: {} });

/**
 * Resolves the options of access control; every mistake becomes a finding. The definition is checked where it is compiled:
 * an `AccessDefinitionError` is a complete report of its own.
 */
export function resolveRbacSettings(
  options: RbacOptions | undefined,
  findings: ConfigurationFindings,
  path = 'access',
): RbacSettings {
  const { definition, source, maxColumns = 1024, ...rest } = options ?? {};
  if (definition !== undefined && source !== undefined)
    findings.add(`${path}.source`, 'give either a definition or a source, not both');
  if (source !== undefined && typeof source.load !== 'function')
    findings.add(`${path}.source`, 'expected an object with load(), see RoleSource');
  if (!Number.isSafeInteger(maxColumns) || maxColumns < 0)
    findings.add(`${path}.maxColumns`, 'expected a whole number, 0 or more');
  const choose = <T extends string>(name: string, value: T | undefined, choices: readonly [T, ...T[]]): T => {
    if (value !== undefined && !choices.includes(value))
      findings.add(`${path}.${name}`, `expected ${choices.map((choice) => `'${choice}'`).join(' or ')}`);
    return value ?? choices[0];
  };
  return Object.freeze({
    definition: definition ?? NO_ROLES,
    source,
    defaultPolicy: choose('defaultPolicy', rest.defaultPolicy, ['authenticated', 'deny']),
    combine: choose('combine', rest.combine, ['narrow', 'override']),
    audit: choose('audit', rest.audit, ['warn', 'off', 'error']),
    maxColumns,
  });
}
