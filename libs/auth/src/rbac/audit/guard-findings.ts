import { isDecorated } from '../../context/decorated-route.js';
import { routePolicy } from '../../context/route-policy.js';
import type { Enforced } from '../../context/enforcement.js';
import { NAMEABLE_PATH } from '../rbac.settings.js';
import type { RouteRequirement } from '../requirements/route-requirement.js';
import type { AuditFinding } from './audit-finding.js';
import type { EnforcedSet } from './enforcing-guards.js';
import type { MountedRoute } from './mounted-routes.js';
import type { Approach } from './guard-sight.js';
import type { Handler } from './handlers.js';

const GUARDS: Readonly<Record<Enforced, string>> = { authentication: 'JwtAuthGuard', access: 'RbacGuard' };

/** What of a handler's decorators no guard holds callers to, one finding for each way to get there. */
export function guardFindings(
  handler: Handler,
  requirement: RouteRequirement,
  approaches: readonly Approach[],
  isGlobal: boolean,
): readonly AuditFinding[] {
  const decorated = isDecorated(handler.type, handler.method);
  if (!decorated && !isGlobal) return [];
  return approaches.flatMap(({ enforced, remedy }): AuditFinding[] => {
    const missing = missingGuard(handler, requirement, enforced);
    if (missing === undefined) return [];
    return [
      {
        kind: decorated ? 'unguarded' : 'unguarded-default',
        handler: handler.name,
        message:
          `no ${missing} runs before ${handler.entry} (${handler.transport}), so ` +
          `${decorated ? 'its decorators hold nobody off' : 'the default policy does not hold there'}: ${remedy}, ` +
          `or name ${handler.name} in rbac.guardedElsewhere`,
      },
    ];
  });
}

/** What is mounted beside Nest is served to everybody. */
export function mountedFindings(
  mounted: readonly MountedRoute[],
  elsewhere: readonly string[],
  isGlobal: boolean,
): readonly AuditFinding[] {
  if (!isGlobal) return [];
  return mounted
    .filter((route) => !isMountedElsewhere(route, elsewhere))
    .map(({ entry, path }) => ({
      kind: 'unguarded-default',
      handler: entry,
      message:
        'is mounted on the HTTP adapter, where no guard runs: make it a controller, or name ' +
        `${NAMEABLE_PATH.test(path) ? path : 'adapter'} in rbac.guardedElsewhere`,
    }));
}

/** Whether the host says that it guards what it mounted: at this path, or at all below one. */
export function isMountedElsewhere({ path }: MountedRoute, elsewhere: readonly string[]): boolean {
  const isBelow = (word: string): boolean => word.endsWith('/*') && path.startsWith(word.slice(0, -1));
  return elsewhere.some((word) => word === 'adapter' || word === path || isBelow(word));
}

/** The guards that stand before a handler whichever way a call comes, in words. */
export function guardedBy(approaches: readonly Approach[]): string {
  if (approaches.length === 0) return 'not served';
  const names = (['authentication', 'access'] as const)
    .filter((enforced) => approaches.every((approach) => approach.enforced.has(enforced)))
    .map((enforced) => GUARDS[enforced]);
  return names.length === 0 ? 'nobody' : names.join(', ');
}

function missingGuard(
  { type, method }: Handler,
  { authentication, clauses }: RouteRequirement,
  enforced: EnforcedSet,
): string | undefined {
  if (clauses.length > 0 && !enforced.has('access')) return GUARDS.access;
  const isFresh = routePolicy(type, method).freshAuth !== undefined;
  if (isFresh && !enforced.has('authentication')) return GUARDS.authentication;
  if (authentication === 'public' || enforced.size > 0) return undefined;
  return `${GUARDS.authentication} or ${GUARDS.access}`;
}

/** Whether the host says that it guards a handler itself: its transport, its class or the method. */
export function isGuardedElsewhere(
  { transport, type, name }: Handler,
  elsewhere: readonly string[],
): boolean {
  return [transport, type.name, name].some((word) => elsewhere.includes(word));
}
