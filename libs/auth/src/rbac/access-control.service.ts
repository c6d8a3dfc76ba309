import { Inject, Injectable, Optional, type Type } from '@nestjs/common';
import { AuthError } from '../kernel/auth-error.js';
import type { AccessDefinition } from './graph/access-definition.js';
import type { AccessExplanation } from './graph/explanation.js';
import { RoleGraph } from './graph/role-graph.js';
import { LiveRoleGraph } from './live-role-graph.js';
import { RbacSettings } from './rbac.settings.js';
import type { PermissionName } from './register.js';
import { knownRoutes } from './requirements/compiled-route.js';

/** What access control needs to know of a caller: every `Principal` has it, and so has anything else with roles. */
type AccessSubject = {
  readonly roles: readonly string[];
  /** Granted scope; absent or `undefined` when it doesn't narrow. */
  readonly scope?: readonly string[] | undefined;
  /** Of which scheme its credential is; challenges ask for that one. */
  readonly scheme?: string | undefined;
};

/**
 * Answers from the graph in force, synchronously, also outside requests: in jobs, services and tests.
 * @example
 * ```ts
 * if (this.access.can(principal, 'posts:publish')) …
 * this.access.explain(principal, 'posts:publish').summary;
 * ```
 */
@Injectable()
export class AccessControl {
  private readonly routes = knownRoutes();

  /** @internal */
  constructor(
    @Inject(LiveRoleGraph) private readonly live: { readonly current: RoleGraph },
    @Optional() @Inject(RbacSettings) private readonly settings?: Pick<RbacSettings, 'defaultPolicy'>,
  ) {}

  /** Access control over one fixed definition, without Nest. @throws AccessDefinitionError */
  static over(definition: AccessDefinition | RoleGraph): AccessControl {
    const current = definition instanceof RoleGraph ? definition : RoleGraph.compile(definition);
    return new AccessControl({ current });
  }

  /** Whether the subject has the permission: its roles grant it and its scope, if it has one, includes it. */
  can(subject: AccessSubject | undefined, permission: PermissionName): boolean {
    return this.live.current.can(subject?.roles ?? [], permission, subject?.scope);
  }

  /**
   * Whether the guard would let the subject call a method: for lists of what a caller may use (tools, commands, buttons).
   * A method that takes its caller's own things counts as allowed; how fresh the login is isn't asked.
   * @throws TypeError when the class has no such method
   */
  canCall(subject: AccessSubject | undefined, type: Type, method: string): boolean {
    const handler: unknown = Reflect.get(type.prototype as object, method);
    if (typeof handler !== 'function') throw new TypeError(`${type.name} has no method '${method}'`);
    const route = this.routes.of({ getClass: <T>() => type as Type<T>, getHandler: () => handler });
    const { authentication, clauses } = route.requirement;
    const isForAll = authentication === 'public' || authentication === 'optional';
    if (clauses.length === 0 && isForAll) return true;
    if (subject === undefined || subject === null) return false;
    if (clauses.length === 0) return authentication !== undefined || this.settings?.defaultPolicy !== 'deny';
    const { roles, scope } = subject;
    const verdict = route.compiledFor(this.live.current).decide({ roles: roles ?? [], scope });
    return typeof verdict === 'string';
  }

  /** @throws AuthError `unauthenticated` without a subject, `insufficient_scope` or `access_denied` when it may not */
  assert(subject: AccessSubject | undefined, permission: PermissionName): void {
    if (subject === undefined || subject === null) throw new AuthError('unauthenticated');
    if (this.can(subject, permission)) return;
    const { reason, summary, neededScopes } = this.explain(subject, permission);
    if (reason === 'outside-scope' && neededScopes.length > 0)
      throw new AuthError('insufficient_scope', {
        scheme: subject.scheme,
        detail: summary,
        scope: neededScopes.slice(0, 1),
      });
    throw new AuthError('access_denied', { detail: summary });
  }

  /** Why {@link can} answers as it does, for allow and deny. */
  explain(subject: AccessSubject | undefined, permission: PermissionName): AccessExplanation {
    return this.live.current.explain(subject?.roles ?? [], permission, subject?.scope);
  }

  /** Everything the subject may do: grants of its roles (wildcards as written), narrowed to its scope, sorted. */
  permissionsOf(subject: AccessSubject | undefined): readonly string[] {
    return this.live.current.permissionsOf(subject?.roles ?? [], subject?.scope);
  }

  /** Every role that has the permission, sorted. */
  rolesGranting(permission: PermissionName): readonly string[] {
    return this.live.current.rolesGranting(permission);
  }
}
