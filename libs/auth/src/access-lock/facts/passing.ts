import type { RouteAudit } from '../../rbac/audit/route-audit.service.js';
import type { Passing } from '../lock/access-lock.js';
import { REPLACED } from './guard-marks.js';

type Row = ReturnType<RouteAudit['rows']>[number]['row'];

/**
 * Who passes.
 * @param guards as `GuardMarks` writes them
 * @param open why nobody has to be known, if so
 * @param roles of the cells
 */
export function passingOf(
  row: Row,
  guards: string,
  open: string | undefined,
  roles: readonly string[],
): Passing {
  if (guards === 'nobody') return 'everybody';
  if (guards === 'the host' || guards.includes(REPLACED)) return 'as the app decides';
  if (guards === 'not served') return 'nobody';
  return passingBesideRoles(row, open) ?? holdersIn(row, roles);
}

/** Who passes where roles have no say. */
function passingBesideRoles(
  { guardedBy, clauses, requires }: Row,
  open: string | undefined,
): Passing | undefined {
  const holds = guardedBy.includes('RbacGuard');
  if (open !== undefined) return 'everybody';
  if (holds && requires === 'denied') return 'nobody';
  return holds && clauses.some(({ kind }) => kind !== 'scopes') ? undefined : 'authenticated';
}

function holdersIn({ cells }: Row, roles: readonly string[]): Passing {
  const holders = roles.flatMap((role, at) => {
    const reach = cells[at];
    return reach === undefined || reach === 'no' ? [] : [[role, reach] as const];
  });
  return holders.length === 0 ? 'nobody' : new Map(holders);
}
