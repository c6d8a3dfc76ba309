import type { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { isObject, type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';
import type { AccessDefinition } from './graph/access-definition.js';
import { RoleSource } from './role-source.js';

/** What the route audit at boot does with what it finds. */
type AuditMode = 'off' | 'warn' | 'error';

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
  readonly defaultPolicy?: 'authenticated' | 'deny';
  /**
   * Findings of the route audit: ignored, logged, or a boot error. Unknown names in decorators stop the boot in any case
   * when the definition is static.
   * @default 'warn'
   */
  readonly audit?: AuditMode;
  /**
   * What the host guards itself, where our guards don't reach: transports (`http`, `graphql`, `ws`, `rpc`, `adapter`), classes
   * (`ChatGateway`), methods (`ChatGateway.send`) or paths that were mounted on the HTTP adapter (`/metrics`, or `/docs/*` for all
   * below one). A handler that has our decorators and none of our guards before it stops the boot otherwise.
   * @default []
   */
  readonly guardedElsewhere?: readonly string[];
  /**
   * How many permissions that no decorator names get a compiled column when they are first asked for.
   * @default 1024
   */
  readonly maxColumns?: number;
}

/** What a route may do that says nothing about access: serve every authenticated caller, or nobody. */
export type DefaultPolicy = NonNullable<RbacOptions['defaultPolicy']>;

/** Resolved options of access control; type and DI token. */
export abstract class RbacSettings {
  /** The static definition; an empty one when there is a {@link source} or nothing. */
  abstract readonly definition: AccessDefinition;
  abstract readonly source: RoleSource | undefined;
  abstract readonly defaultPolicy: DefaultPolicy;
  abstract readonly audit: AuditMode;
  abstract readonly guardedElsewhere: readonly string[];
  abstract readonly maxColumns: number;
}

/** A path that `guardedElsewhere` takes; `adapter` stands for all others. */
export const NAMEABLE_PATH = /^\/\S*$/;

const GUARDED = {
  pattern: new RegExp(
    `^(?:http|graphql|ws|rpc|adapter|[A-Z_$][\\w$]*(?:\\.[\\w$]+)?)$|${NAMEABLE_PATH.source}`,
  ),
  expected: 'http, graphql, ws, rpc, adapter, a class, Class.method or the /path of a mounted route',
};
const NO_ROLES: AccessDefinition = Object.freeze({ roles: Object.freeze({}) });

/**
 * Resolves the options of access control; every mistake becomes a finding. The definition is checked where it is compiled:
 * an `AccessDefinitionError` is a complete report of its own.
 */
export function resolveRbacSettings(
  given: unknown,
  findings: ConfigurationFindings,
  path = 'rbac',
): RbacSettings {
  return readOptions(given, path, findings, readRbac);
}

/** The same, of a group that may hold more than that. */
export function readRbac(read: OptionReader<RbacOptions>): RbacSettings {
  if (read.has('definition') && read.has('source'))
    read.refuse('source', 'give either a definition or a source, not both');
  return Object.freeze({
    definition:
      read.instance<AccessDefinition>('definition', isObject, 'what defineAccess() takes') ?? NO_ROLES,
    source: read.instance<RoleSource>('source', isRoleSource, 'an object with load(), see RoleSource'),
    defaultPolicy: read.choice('defaultPolicy', ['authenticated', 'deny']),
    audit: read.choice('audit', ['warn', 'off', 'error']),
    guardedElsewhere: read.texts('guardedElsewhere', [], GUARDED),
    maxColumns: read.count('maxColumns', 1024, { min: 0 }),
  });
}

function isRoleSource(value: unknown): boolean {
  return isObject(value) && typeof value['load'] === 'function';
}
