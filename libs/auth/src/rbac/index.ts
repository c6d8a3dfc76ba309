export { Authenticated, OptionalAuth, Public } from '../context/route-authentication.decorators.js';
export { AuthError } from '../kernel/auth-error.js';
export { AuthEvents } from '../kernel/auth-events.js';
export type { Principal } from '../kernel/principal.js';
export { AccessControl, type AccessSubject } from './access-control.service.js';
export { RouteAudit } from './audit/route-audit.service.js';
export { AccessAuditError, type AuditFinding } from './audit/audit-finding.js';
export { type RouteCell, type RouteRow, RouteTable } from './audit/route-table.js';
export {
  type AccessDefinition,
  defineAccess,
  type NamedTable,
  type RoleDefinition,
} from './graph/access-definition.js';
export {
  AccessDefinitionError,
  type AccessDefinitionProblem,
  type AccessProblemKind,
} from './graph/access-definition.error.js';
export type { AccessExplanation, AccessReason } from './graph/explanation.js';
export { type CompileOptions, RoleGraph } from './graph/role-graph.js';
export { LiveRoleGraph, type ReloadOutcome, type RoleGraphHealth } from './live-role-graph.js';
export { RbacGuard } from './rbac.guard.js';
export {
  RbacModule,
  type RbacModuleAsyncOptions,
  type RbacModuleExtras,
  type RbacModuleOptions,
} from './rbac.module.js';
export {
  type AuditMode,
  type CombineMode,
  type DefaultPolicy,
  type RbacOptions,
  RbacSettings,
} from './rbac.settings.js';
export * from './register.js';
export { Permissions, Roles, Scopes } from './requirements/access.decorators.js';
export type { ClauseDecorator, ClauseModes, NamesDecorator } from './requirements/clause-decorator.js';
export { Owner, OwnershipResolver } from './requirements/owner.decorator.js';
export { RoleGraphSignal, RoleSource } from './role-source.js';
