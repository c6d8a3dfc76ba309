import { Inject, Injectable } from '@nestjs/common';
import { AuthError } from '../kernel/auth-error.js';
import type { AccessDefinition } from './graph/access-definition.js';
import type { AccessExplanation } from './graph/explanation.js';
import { RoleGraph } from './graph/role-graph.js';
import { LiveRoleGraph } from './live-role-graph.js';
import type { PermissionName } from './register.js';

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
  /** @internal */
  constructor(@Inject(LiveRoleGraph) private readonly live: { readonly current: RoleGraph }) {}

  /** Access control over one fixed definition, without Nest. @throws AccessDefinitionError */
  static over(definition: AccessDefinition | RoleGraph): AccessControl {
    const current = definition instanceof RoleGraph ? definition : RoleGraph.compile(definition);
    return new AccessControl({ current });
  }

  /** Whether the subject has the permission: its roles grant it and its scope, if it has one, includes it. */
  can(subject: AccessSubject | undefined, permission: PermissionName): boolean {
    return this.live.current.can(subject?.roles ?? [], permission, subject?.scope);
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
